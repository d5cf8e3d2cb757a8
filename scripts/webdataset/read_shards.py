"""What the real webdataset reads from shards: a line of JSON for each sample.

    python3 scripts/webdataset/read_shards.py SHARD...

Python 3.9 with webdataset (pip install webdataset). Lines are those of `dialab corpus samples SHARD... --rule webdataset --json`.
"""

import hashlib
import json
import sys

import webdataset


def main():
    dataset = webdataset.WebDataset(sys.argv[1:], shardshuffle=False)
    for sample in dataset:
        members = {
            suffix: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for suffix, content in sample.items()
            if not suffix.startswith("__")
        }
        print(json.dumps({"key": sample["__key__"], "shard": sample["__url__"], "members": members}))


if __name__ == "__main__":
    main()

"""The same join by polars, eager, each table read whole: the peer of join_child.ts."""

import json
import sys
import time

import polars as pl

request = json.loads(sys.argv[1])
start = time.perf_counter()
joined = None
for name in request["stages"]:
    table = pl.read_parquet(f"{request['folder']}/{name}.parquet")
    if joined is None:
        joined = table
        continue
    taken = (set(joined.columns) & set(table.columns)) - {"wav_id"}
    table = table.rename({column: f"{column}_{name}" for column in taken})
    joined = joined.join(table, on="wav_id", how="inner")
filters = request["filters"]
labels = "|".join(f'"{label}"' for label in filters["required_labels"])
joined = joined.filter(
    (pl.col("duration") >= filters["min_duration_s"])
    & (pl.col("snr_mean") >= filters["min_snr_db"])
    & pl.col("vtc_label_counts").str.contains(labels)
)
joined.write_parquet(request["out"], compression="zstd")
print(json.dumps({"seconds": time.perf_counter() - start, "name": f"polars {pl.__version__}"}))

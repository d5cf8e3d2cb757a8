"""Pipeline.from_pretrained and __call__, as far as a capture sees them. See pyannote/audio/__init__.py."""

import os
from pathlib import Path

from .. import fault


class Pipeline:
    @classmethod
    def from_pretrained(cls, checkpoint, revision=None, hparams_file=None, token=None, cache_dir=None):
        if not os.path.isdir(checkpoint):
            if fault("none"):
                return None
            print(f"Could not download Pipeline from {checkpoint}.")
            raise OSError(f"401 Client Error.\n\nCannot access gated repo {checkpoint} with the token {token}.")
        from ..pipelines.speaker_diarization import SpeakerDiarization

        spec = {"checkpoint": Path(checkpoint), "revision": revision, "token": token, "cache_dir": cache_dir}
        parts = {name: {**spec, "subfolder": name} for name in ("segmentation", "embedding", "plda")}
        return SpeakerDiarization(**parts, embedding_exclude_overlap=True)

    def __call__(self, file, **kwargs):
        if not Path(file["audio"]).is_file():
            raise ValueError(f"File {file['audio']} does not exist")
        return self.apply(file, **kwargs)

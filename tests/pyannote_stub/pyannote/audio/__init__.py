"""A stand-in for pyannote.audio 4, for the tests of scripts/capture_pyannote.py. No part of pyannote.

Written for this project after pyannote.audio's public interfaces (the names, arguments, hooks and call order of 4.0)
and the facts of docs/pipeline.md; none of its code is pyannote's. It has no networks: what a recording's segmentations
and embeddings are is looked up by the recording's name among dialab's own captures, PYANNOTE_STUB_INPUTS. From there
on it computes community-1's back end with numpy and SciPy, by the functions of fixtures/expected, and behaves as
pyannote does where that matters to someone who listens: it writes into arrays that it has handed out.

PYANNOTE_STUB_FAULT makes it another pyannote.audio (old, changed, none, agglomerative); recordings named crash, scores
and no_hook go wrong.
"""

import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[4] / "fixtures"))


def fault(name: str) -> bool:
    """Whether it is to misbehave in the way of this name."""
    return os.environ.get("PYANNOTE_STUB_FAULT") == name


__version__ = "3.3.2" if fault("old") else "4.0.4"

from .core.pipeline import Pipeline  # noqa: E402

__all__ = ["Pipeline"]

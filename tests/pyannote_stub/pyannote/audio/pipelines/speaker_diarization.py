"""SpeakerDiarization: hooks and order as in pyannote.audio 4.0, without networks. See pyannote/audio/__init__.py."""

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from expected import captures, timeline
from pyannote.audio import Pipeline
from pyannote.audio.core.plda import PLDA
from pyannote.audio.pipelines.clustering import CLUSTERING, VBxClustering
from pyannote.core import Annotation, SlidingWindow, SlidingWindowFeature

INPUTS = Path(os.environ.get("PYANNOTE_STUB_INPUTS") or Path(captures.__file__).parents[1] / "captures")


@dataclass
class DiarizeOutput:
    speaker_diarization: Annotation
    exclusive_speaker_diarization: Annotation
    speaker_embeddings: np.ndarray | None = None


class SpeakerDiarization(Pipeline):
    def __init__(self, segmentation, embedding, plda, embedding_exclude_overlap=False):
        self.segmentation_model, self.embedding, self.plda = segmentation, embedding, plda
        self._plda = PLDA(plda["checkpoint"])
        self.clustering = CLUSTERING(self._plda) if CLUSTERING is VBxClustering else CLUSTERING()
        self.segmentation = SimpleNamespace(min_duration_off=0.0)
        self._embedding = SimpleNamespace(dimension=len(np.load(plda["checkpoint"] / "plda/xvec_transform.npz")["mean1"]))

    def apply(self, file, num_speakers=None, min_speakers=None, max_speakers=None, hook=None):
        hook = partial(hook or (lambda *args, **kwargs: None), file=file)
        least, most = num_speakers or min_speakers or 1, num_speakers or max_speakers or np.inf
        num_speakers = least if least == most else num_speakers
        if file["uri"] == "crash":
            raise RuntimeError("CUDA error: an illegal memory access was encountered\nCompile with ...")
        name = Path(file["audio"]).stem.replace(" ", "_")
        segmentations, embeddings = captures.read_inputs(str(INPUTS / name))
        if file["uri"] == "scores":
            segmentations = segmentations * np.float32(0.7)
        chunks = SlidingWindow(duration=timeline.CHUNK_DURATION, step=timeline.CHUNK_STEP)
        segmentations = SlidingWindowFeature(segmentations, chunks)
        for done in range(2):
            hook("segmentation", None, total=1, completed=done)
        hook("segmentation", segmentations)
        frames = SlidingWindow(duration=timeline.FRAME_DURATION, step=timeline.FRAME_STEP)
        count = SlidingWindowFeature(timeline.speaker_count(segmentations.data), frames)
        hook("speaker_counting", count)
        if count.data.max() == 0:
            return DiarizeOutput(Annotation(file["uri"]), Annotation(file["uri"]))
        hook("embeddings", None, total=1, completed=0)
        hook("embeddings", embeddings[0], total=1, completed=1)
        if file["uri"] != "no_hook":
            hook("embeddings", embeddings)
        hard, _, centroids = self.clustering(
            embeddings=embeddings, segmentations=segmentations,
            num_clusters=num_speakers, min_clusters=least, max_clusters=most, file=file, frames=frames,
        )  # fmt: skip
        count.data = np.minimum(count.data, most).astype(np.int8)
        hard[segmentations.data.sum(axis=1) == 0] = -2
        discrete = SlidingWindowFeature(timeline.reconstruct(segmentations.data, hard, count.data), frames)
        hook("discrete_diarization", discrete)
        found = timeline.turns(discrete.data)
        count.data = np.minimum(count.data, 1).astype(np.int8)
        alone = timeline.turns(timeline.reconstruct(segmentations.data, hard, count.data))
        return DiarizeOutput(Annotation(file["uri"], found), Annotation(file["uri"], alone), centroids)

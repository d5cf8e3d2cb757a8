"""The little of pyannote.core that a capture needs. See pyannote/audio/__init__.py."""

from dataclasses import dataclass

import numpy as np
from expected import timeline


@dataclass
class SlidingWindow:
    duration: float
    step: float
    start: float = 0.0


class SlidingWindowFeature:
    def __init__(self, data: np.ndarray, sliding_window: SlidingWindow):
        self.data, self.sliding_window = data, sliding_window


class Annotation:
    """Turns (start, end, label) under a recording's name."""

    def __init__(self, uri: str, turns=()):
        self.uri, self.turns = uri, list(turns)

    def labels(self) -> list[str]:
        return sorted({label for _, _, label in self.turns})

    def write_rttm(self, file) -> None:
        if " " in self.uri:
            raise ValueError(f'Space-separated RTTM file format does not allow file URIs containing spaces (got: "{self.uri}").')
        file.writelines(line + "\n" for line in timeline.rttm_lines(self.turns, self.uri))

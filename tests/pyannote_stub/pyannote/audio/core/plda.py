"""PLDA from its two files. See pyannote/audio/__init__.py."""

from expected import clustering


class PLDA:
    def __init__(self, folder: str, lda_dimension: int = 128):
        model = clustering.Plda(str(folder))
        self._xvec_tf, self._plda_tf, self._plda_psi = model.xvec, model.plda, model.phi
        self.lda_dimension = lda_dimension

    @property
    def phi(self):
        return self._plda_psi[: self.lda_dimension]

    def __call__(self, embeddings):
        return self._plda_tf(self._xvec_tf(embeddings))[:, : self.lda_dimension]

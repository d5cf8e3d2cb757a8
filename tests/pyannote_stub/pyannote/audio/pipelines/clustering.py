"""VBxClustering: what it calls, in pyannote's order and by pyannote's names. See pyannote/audio/__init__.py."""

import numpy as np
from expected import clustering as known
from pyannote.audio import fault
from pyannote.audio.utils.vbx import cluster_vbx
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist

from ._kmeans import KMeans


class BaseClustering:
    constrained_assignment = True

    def filter_embeddings(self, embeddings, segmentations=None, min_active_ratio=0.2):
        chunks, slots = known.train_filter(segmentations.data, embeddings)
        return embeddings[chunks, slots], chunks, slots


class VBxClustering(BaseClustering):
    threshold, Fa, Fb = 0.6, 0.07, 0.8

    def __init__(self, plda):
        self.plda = plda

    def __call__(self, embeddings, segmentations=None, num_clusters=None, min_clusters=None, max_clusters=None, **kwargs):
        chunks, slots, dimension = embeddings.shape
        train, _, _ = self.filter_embeddings(embeddings, segmentations=segmentations)
        if len(train) < 2:
            centroids = train.mean(axis=0, keepdims=True) if len(train) else np.full((1, dimension), np.nan)
            return np.zeros((chunks, slots), dtype=np.int8), np.ones((chunks, slots, 1)), centroids
        unit = train / np.linalg.norm(train, axis=1, keepdims=True)
        tree = linkage(unit, method="centroid", metric="euclidean")
        labels = fcluster(tree, self.threshold, criterion="distance") - 1
        labels = np.unique(labels, return_inverse=True)[1]
        q, priors = cluster_vbx(labels, self.plda(train), self.plda.phi, Fa=self.Fa, Fb=self.Fb, maxIters=20)
        centroids = known.centroids_of(train, q, priors)
        q[:] = np.nan  # whoever listens has to have copied it
        found = len(centroids)
        wanted = min(max(found, min_clusters), max_clusters)
        if wanted == found and not num_clusters:
            soft, hard = known.assign(segmentations.data, embeddings, centroids)
            return hard, soft, centroids
        wanted = num_clusters or wanted
        if wanted == found:
            soft, hard = known.assign(segmentations.data, embeddings, centroids)
            return hard, soft, centroids
        labels = KMeans(n_clusters=int(wanted), n_init=3, random_state=42, copy_x=False).fit_predict(unit)
        centroids = np.vstack([np.mean(train[labels == k], axis=0) for k in range(int(wanted))])
        soft = 2 - cdist(embeddings.reshape(-1, dimension), centroids, metric="cosine").reshape(chunks, slots, -1)
        return np.argmax(soft, axis=2), soft, centroids


class AgglomerativeClustering(BaseClustering):
    def __call__(self, embeddings, segmentations=None, **kwargs):
        raise AssertionError("Never run.")


CLUSTERING = AgglomerativeClustering if fault("agglomerative") else VBxClustering

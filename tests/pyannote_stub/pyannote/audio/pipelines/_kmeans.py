"""KMeans of scikit-learn: its own where it is installed, else what is written here after its documented algorithm."""

import numpy as np

try:
    from sklearn.cluster import KMeans
except ImportError:

    class KMeans:
        """Greedy k-means++ on an MT19937, then Lloyd, on mean-centred data; the run of least inertia."""

        def __init__(self, n_clusters=8, *, n_init="auto", random_state=None, copy_x=True, max_iter=300, tol=1e-4):
            self.n_clusters, self.n_init, self.random_state = n_clusters, n_init, random_state
            self.max_iter, self.tol = max_iter, tol

        def fit_predict(self, x):
            x = x - x.mean(axis=0)
            bound, random = self.tol * x.var(axis=0).mean(), np.random.RandomState(self.random_state)
            runs = [self._lloyd(x, self._first(x, random), bound) for _ in range(self.n_init)]
            return min(runs, key=lambda run: round(float(run[1]), 6))[0]

        def _first(self, x, random):
            trials = 2 + int(np.log(self.n_clusters))
            chosen = [int(random.choice(len(x), p=np.full(len(x), 1 / len(x))))]
            nearest = ((x - x[chosen[0]]) ** 2).sum(axis=1)
            for _ in range(1, self.n_clusters):
                drawn = random.uniform(size=trials) * nearest.sum()
                candidates = np.minimum(np.searchsorted(np.cumsum(nearest, dtype=np.float64), drawn), len(x) - 1)
                distances = np.minimum(nearest, ((x[None] - x[candidates][:, None]) ** 2).sum(axis=2))
                best = int(np.argmin(distances.sum(axis=1)))
                chosen.append(int(candidates[best]))
                nearest = distances[best]
            return x[chosen]

        def _lloyd(self, x, centers, bound):
            before = None
            for _ in range(self.max_iter):
                labels = ((x[:, None] - centers[None]) ** 2).sum(axis=2).argmin(axis=1)
                moved = np.stack([x[labels == k].mean(axis=0) if (labels == k).any() else centers[k]
                                  for k in range(self.n_clusters)])  # fmt: skip
                shift, centers = ((moved - centers) ** 2).sum(), moved
                if (before is not None and (labels == before).all()) or shift <= bound:
                    break
                before = labels
            distances = ((x[:, None] - centers[None]) ** 2).sum(axis=2)
            return distances.argmin(axis=1).astype(np.int32), distances.min(axis=1).sum()

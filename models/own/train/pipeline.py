"""A small numpy version of the community-1 pipeline (facts: docs/pipeline.md) for measuring our weights, and a DER."""
import os
import numpy as np, onnxruntime as ort, torch
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import linear_sum_assignment
from scipy.special import logsumexp, softmax
from embnet import Fbank

N, STEP, F, S = 160000, 16000, 589, 3
FRAME, DUR = 0.016875, 0.0619375
MEMBERS = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], np.float32)


def session(path):
    so = ort.SessionOptions(); so.intra_op_num_threads = 1; so.inter_op_num_threads = 1
    return ort.InferenceSession(path, so, providers=["CPUExecutionProvider"])


def chunks(x):
    n = len(x)
    c = [x[o:o + N] for o in range(0, n - N + 1, STEP)]
    if n < N or (n - N) % STEP > 0:
        tail = x[len(c) * STEP:]
        c.append(np.pad(tail, (0, N - len(tail))))
    return np.stack(c)


def logits(sess, ch, batch=8):
    return np.concatenate([sess.run(None, {"input_values": ch[i:i + batch, None]})[0] for i in range(0, len(ch), batch)])


def decide(y, rule="argmax", overlap=0.0):
    """Classes of log-probabilities. "argmax": the likeliest set. A number t: speech where P(not silent) >= t, then the likeliest
    set that is not empty. overlap: added to the log-probabilities of the three pairs before the choice."""
    z = y + overlap * np.array([0, 0, 0, 0, 1, 1, 1], y.dtype)
    if rule == "argmax":
        return z.argmax(-1)
    return np.where(1 - np.exp(y[..., 0]) >= rule, 1 + z[..., 1:].argmax(-1), 0)


def segment(sess, ch, rule="argmax", overlap=0.0):
    return MEMBERS[decide(logits(sess, ch), rule, overlap)]


def closest(t):
    return int(np.rint((t - 0.5 * DUR) / FRAME))


def aggregate(seg, mean):
    c = len(seg)
    total = closest(10.0 + (c - 1) + 0.5 * DUR) + 1
    acc, cnt = np.zeros((total, seg.shape[2]), np.float32), np.zeros((total, 1), np.float32)
    for i in range(c):
        a = closest(i + 0.5 * DUR)
        acc[a:a + F] += seg[i]; cnt[a:a + F] += 1
    return acc / np.maximum(cnt, 1e-12) if mean else acc


def masks(seg):
    """(C, S, F): frames of the slot alone, if more than two; else all its frames."""
    clean = seg * (seg.sum(2, keepdims=True) < 2)
    use = clean.sum(1) > 2
    return np.where(use[:, None], clean, seg).transpose(0, 2, 1).astype(np.float32)


FB = Fbank()


def embed_own(sess, ch, m):
    out = []
    with torch.no_grad():
        for c, w in zip(ch, m):
            f = FB(torch.from_numpy(c)[None]); f = (f - f.mean(1, keepdim=True)).numpy()
            out.append(sess.run(["embedding"], {"fbank": f, "weights": w})[0])
    return np.stack(out)


def embed_thin(thin, ch, m):
    """ThinResNet has no mask: the slot's samples are cut out and joined."""
    out = np.zeros((len(ch), S, 64), np.float32)
    for i, (c, w) in enumerate(zip(ch, m)):
        for s in range(S):
            idx = np.flatnonzero(w[s])
            if len(idx) < 3:
                continue
            keep = np.zeros(N, bool)
            for k in idx:
                keep[360 + 270 * k:360 + 270 * k + 270] = True
            out[i, s] = thin.embed(c[keep], hop=10360)
    return out


class Plda:
    def __init__(self, folder):
        a, b = np.load(f"{folder}/xvec_transform.npz"), np.load(f"{folder}/plda.npz")
        self.mean1, self.mean2, self.lda = a["mean1"].astype(np.float64), a["mean2"].astype(np.float64), a["lda"].astype(np.float64)
        o = np.argsort(-b["psi"])
        self.mu, self.tr, self.psi = b["mu"], b["tr"][o], b["psi"][o]

    def __call__(self, x):
        x = x.astype(np.float64) - self.mean1
        x = np.sqrt(x.shape[1]) * x / np.linalg.norm(x, axis=1, keepdims=True)
        x = x @ self.lda - self.mean2
        x = np.sqrt(x.shape[1]) * x / np.linalg.norm(x, axis=1, keepdims=True)
        return (x - self.mu) @ self.tr.T


def vbx(labels, x, phi, fa, fb, iters=20):
    k, d = labels.max() + 1, x.shape[1]
    q = softmax(7.0 * np.eye(k)[labels], axis=1)
    pi = np.full(k, 1.0 / k)
    g = -0.5 * ((x ** 2).sum(1) + d * np.log(2 * np.pi))
    rho, prev = x * np.sqrt(phi), None
    for _ in range(iters):
        inv = 1.0 / (1 + fa / fb * q.sum(0)[:, None] * phi)
        alpha = fa / fb * inv * (q.T @ rho)
        lp = fa * (rho @ alpha.T - 0.5 * ((inv + alpha ** 2) @ phi) + g[:, None])
        t = lp + np.log(pi + 1e-8)
        z = logsumexp(t, axis=1)
        elbo = z.sum() + fb / 2 * (np.log(inv) - inv - alpha ** 2 + 1).sum()
        q = np.exp(t - z[:, None]); pi = q.sum(0) / q.sum()
        if prev is not None and elbo - prev < 1e-4:
            break
        prev = elbo
    return q, pi


def norm(x):
    return x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-12)


def cluster(seg, emb, plda, threshold, fa, fb):
    """community-1: AHC, VBx, centroids, one cluster per slot and chunk. -> (C, S) cluster or -2"""
    single = (seg * (seg.sum(2, keepdims=True) == 1)).sum(1)
    train = np.argwhere((single >= 0.2 * F) & ~np.isnan(emb).any(2))
    active = seg.sum(1) > 0
    if len(train) < 2:
        return np.where(active, 0, -2)
    t = emb[train[:, 0], train[:, 1]]
    init = np.unique(fcluster(linkage(norm(t.astype(np.float64)), "centroid"), threshold, "distance"), return_inverse=True)[1]
    if plda is not None:
        q, pi = vbx(init, plda(t), plda.psi, fa, fb)
        w = q[:, pi > 1e-7]
    else:
        w = np.eye(init.max() + 1)[init]
    cent = (w.T @ t) / w.sum(0)[:, None]
    score = 2 - (1 - norm(emb.reshape(-1, emb.shape[2])) @ norm(cent).T).reshape(len(seg), S, -1)
    score = np.where(active[..., None], score, score.min() - 1)
    hard = np.full(score.shape[:2], -2)
    for c in range(len(seg)):
        r, k = linear_sum_assignment(score[c], maximize=True)
        hard[c, r] = k
    return np.where(active, hard, -2)


def rebuild(seg, hard):
    count = np.rint(aggregate(seg, True).sum(1) if False else aggregate(seg.sum(2, keepdims=True), True)[:, 0]).astype(int)
    k = max(hard.max() + 1, count.max(), 1)
    act = np.zeros((len(seg), F, k), np.float32)
    for c in range(len(seg)):
        for j in range(hard[c].max() + 1):
            s = np.flatnonzero(hard[c] == j)
            if len(s):
                act[c, :, j] = seg[c][:, s].max(1)
    a = aggregate(act, False)
    order = np.argsort(-a, axis=1, kind="stable")
    out = np.zeros(a.shape, bool)
    for t in range(len(a)):
        out[t, order[t, :count[t]]] = True
    return out


def turns(out):
    res = []
    for j in range(out.shape[1]):
        e = np.diff(np.concatenate([[0], out[:, j].astype(int), [0]]))
        for a, b in zip(np.flatnonzero(e == 1), np.flatnonzero(e == -1)):
            mid = lambda i: i * FRAME + DUR / 2
            end = mid(min(b, len(out) - 1))
            if end > mid(a):
                res.append((mid(a), end, f"S{j}"))
    return sorted(res)


def read_rttm(path):
    return [(float(l.split()[3]), float(l.split()[3]) + float(l.split()[4]), l.split()[7]) for l in open(path) if l.startswith("SPEAKER")]


def der(ref, hyp, start, end):
    """Collar 0, overlap scored. -> (error parts in s: miss, false alarm, confusion; reference speech)"""
    clip = lambda x: [(max(a, start), min(b, end), s) for a, b, s in x if min(b, end) > max(a, start)]
    ref, hyp = clip(ref), clip(hyp)
    cuts = np.unique([start, end] + [t for a, b, _ in ref + hyp for t in (a, b)])
    rs, hs = sorted({s for *_, s in ref}), sorted({s for *_, s in hyp})
    R, H = np.zeros((len(cuts) - 1, max(len(rs), 1)), bool), np.zeros((len(cuts) - 1, max(len(hs), 1)), bool)
    for x, names, m in ((ref, rs, R), (hyp, hs, H)):
        for a, b, s in x:
            m[np.searchsorted(cuts, a):np.searchsorted(cuts, b), names.index(s)] = True
    d = np.diff(cuts)
    overlap = (R * d[:, None]).T.astype(float) @ H
    r, h = linear_sum_assignment(overlap, maximize=True)
    right = np.zeros(len(d))
    for i, j in zip(r, h):
        right += R[:, i] & H[:, j]
    nr, nh = R.sum(1), H.sum(1)
    return np.array([(np.maximum(nr - nh, 0) * d).sum(), (np.maximum(nh - nr, 0) * d).sum(), ((np.minimum(nr, nh) - right) * d).sum()]), (nr * d).sum()

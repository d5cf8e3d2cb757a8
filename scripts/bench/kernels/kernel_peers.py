"""The peers of the kernels: torchaudio, numpy and SciPy do one problem, are timed, and leave their result.

    python3 kernel_peers.py REQUEST

REQUEST is JSON: {"kernel": "fbank", "runs": 7, "arrays": {"waveforms": "waveforms.npy"}, "options": {...},
"result": "result.npy"}. The answer is JSON on stdout: {"name", "seconds": [...], "cuda": null or {"name", "seconds"}}.
Every kernel is a function of (arrays, options) that returns (name, work): work does the problem once.
"""

import json
import re
import resource
import sys
import time

import numpy as np

WARM_UP, PATIENCE = 0.2, 10.0


def sample(work, runs):
    """Seconds of each run, warm; the result of the last."""
    spent, result, last = 0.0, None, 0.0
    for _ in range(50):
        start = time.perf_counter()
        result = work()
        last = time.perf_counter() - start
        spent += last
        if spent >= WARM_UP:
            break
    if last > PATIENCE / 2:
        return [last], result
    seconds = []
    for _ in range(max(1, min(runs, int(PATIENCE / max(last, 1e-6))))):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return seconds, result


def kaldi_fbank():
    """pyannote's call of torchaudio (models/embedding/wespeaker/__init__.py), less its mean removal."""
    from functools import partial

    import torchaudio.compliance.kaldi as kaldi

    return partial(
        kaldi.fbank, num_mel_bins=80, frame_length=25.0, frame_shift=10.0, sample_frequency=16000,
        window_type="hamming", use_energy=False, dither=0.0, snip_edges=True, round_to_power_of_two=True,
    )


def fbank(arrays, options):
    import torch
    import torchaudio

    torch.set_num_threads(1)
    call = kaldi_fbank()
    clips = torch.from_numpy(arrays["waveforms"]) * 32768

    def work():
        with torch.no_grad():
            return torch.stack([call(clip[None]) for clip in clips]).numpy()

    return f"torchaudio {torchaudio.__version__}, one thread", work


def fbank_cuda(arrays, options):
    """All clips at once under vmap, on the device already; None where there is no CUDA."""
    try:
        import torch
    except ImportError:
        return None
    if not torch.cuda.is_available() or not hasattr(torch, "vmap"):
        return None
    import torchaudio

    call = torch.vmap(kaldi_fbank())
    clips = (torch.from_numpy(arrays["waveforms"]) * 32768)[:, None].cuda()

    def work():
        with torch.no_grad():
            features = call(clips)
        torch.cuda.synchronize()
        return features

    return f"torchaudio {torchaudio.__version__} under vmap, {torch.cuda.get_device_name()}", work


def distances(arrays, options):
    import scipy
    from scipy.spatial.distance import cdist

    a, b, measure = arrays["a"], arrays["b"], options["measure"]
    if measure == "dot product":
        return f"numpy {np.__version__}", lambda: a @ b.T
    return f"SciPy {scipy.__version__}", lambda: cdist(a, b, measure)


def vbx(arrays, options):
    """Equations (16), (17), (23), (24) and (25) of the VBx paper without the HMM, all matrices at once."""
    from scipy.special import logsumexp

    x, phi, q0 = arrays["x"], arrays["phi"], arrays["q0"]
    fa, fb = options["fa"], options["fb"]

    def work():
        n, d = x.shape
        constant = -0.5 * (np.sum(x * x, axis=1, keepdims=True) + d * np.log(2 * np.pi))
        rho = x * np.sqrt(phi)
        q, pi = q0, np.full(q0.shape[1], 1 / q0.shape[1])
        elbo = []
        for _ in range(options["iterations"]):
            inv_l = 1 / (1 + fa / fb * np.sum(q, axis=0)[:, None] * phi)
            alpha = fa / fb * inv_l * (q.T @ rho)
            log_p = fa * (rho @ alpha.T - 0.5 * ((inv_l + alpha**2) @ phi) + constant) + np.log(pi + 1e-8)
            log_px = logsumexp(log_p, axis=1, keepdims=True)
            q = np.exp(log_p - log_px)
            pi = np.sum(q, axis=0)
            pi = pi / np.sum(pi)
            elbo.append(np.sum(log_px) + 0.5 * fb * np.sum(np.log(inv_l) - inv_l - alpha**2 + 1))
        return np.concatenate([q.ravel(), pi])

    return f"numpy {np.__version__}", work


def powerset(arrays, options):
    scores = arrays["scores"]
    sets = [(), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2)]
    active = np.zeros((len(sets), 3), dtype=np.float32)
    for row, members in zip(active, sets):
        row[list(members)] = 1
    return f"numpy {np.__version__}", lambda: active[np.argmax(scores, axis=-1)]


def pooling(arrays, options):
    """Weighted means and deviations of (items, channels, frames) under (items, masks, mask frames)."""
    features, masks = arrays["features"], arrays["masks"]
    frames, mask_frames = features.shape[2], masks.shape[2]
    scale = np.float32(mask_frames / frames)
    nearest = np.minimum((np.arange(frames, dtype=np.float32) * scale).astype(int), mask_frames - 1)

    def work():
        weights = masks[:, :, nearest]
        v1 = weights.sum(axis=2) + np.float32(1e-8)
        degrees = v1 - (weights**2).sum(axis=2) / v1 + np.float32(1e-8)
        mean = weights @ features.transpose(0, 2, 1) / v1[:, :, None]
        deviation = np.empty_like(mean)
        for mask in range(weights.shape[1]):
            centred = features - mean[:, mask, :, None]
            squares = np.einsum("ict,ict,it->ic", centred, centred, weights[:, mask])
            deviation[:, mask] = np.sqrt(squares / degrees[:, mask, None])
        return np.concatenate([mean, deviation], axis=2)

    return f"numpy {np.__version__}", work


def linkage(arrays, options):
    import scipy
    from scipy.cluster.hierarchy import linkage as scipy_linkage

    x = arrays["x"]
    scipy_linkage(x[:50], "centroid")
    return f"SciPy {scipy.__version__}", lambda: scipy_linkage(x, "centroid")


def peak_bytes():
    """Of this process alone: what getrusage says begins with the parent's."""
    try:
        with open("/proc/self/status") as status:
            return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


KERNELS = {f.__name__: f for f in (fbank, distances, vbx, powerset, pooling, linkage)}


def main():
    request = json.loads(sys.argv[1])
    arrays = {name: np.load(path) for name, path in request["arrays"].items()}
    name, work = KERNELS[request["kernel"]](arrays, request["options"])
    before = peak_bytes()
    seconds, result = sample(work, request["runs"])
    answer = {"name": name, "seconds": seconds, "peakBytes": peak_bytes(), "peakBytesBefore": before, "cuda": None}
    np.save(request["result"], np.ascontiguousarray(result))
    on_cuda = fbank_cuda(arrays, request["options"]) if request["kernel"] == "fbank" else None
    if on_cuda is not None:
        cuda_name, cuda_work = on_cuda
        cuda_seconds, on_device = sample(cuda_work, request["runs"])
        difference = np.abs(on_device.cpu().numpy() - result).max()
        if not difference < 1e-2:  # both are float32 within
            raise ValueError(f"{cuda_name} is {difference} from {name}")
        answer["cuda"] = {"name": cuda_name, "seconds": cuda_seconds}
    print(json.dumps(answer))


main()

"""Writes samples/pooling.npz: statistics pooling by NumPy in extended precision. Run: python3 make_pooling_vectors.py

Where torch is installed, which frame of a mask counts is also compared with torch's own interpolate(mode="nearest").
Per case: features f4 (items, channels, frames), masks f4 (items, k, mask frames) or none, pooled f8 (items * k, 2 * channels).
"""

from pathlib import Path

import numpy as np

rng = np.random.default_rng(20)


def frames_of(mask_frames, frames):
    scale = np.float32(mask_frames) / np.float32(frames)
    chosen = np.floor(np.arange(frames).astype(np.float32) * scale).astype(int)
    chosen = np.minimum(chosen, mask_frames - 1)
    try:
        import torch
    except ImportError:
        return chosen
    ramp = torch.arange(mask_frames, dtype=torch.float32)[None, None]
    theirs = torch.nn.functional.interpolate(ramp, size=frames, mode="nearest")[0, 0].numpy()
    assert (theirs == chosen).all(), (mask_frames, frames)
    return chosen


def pool(features, masks):
    x = features.astype(np.longdouble)
    if masks is None:
        mean = x.mean(-1)
        deviation = np.sqrt(((x - mean[..., None]) ** 2).sum(-1) / (x.shape[-1] - 1))
        return np.concatenate([mean, deviation], -1)
    w = masks[..., frames_of(masks.shape[-1], x.shape[-1])].astype(np.longdouble)[:, :, None, :]
    x = x[:, None]
    v1 = w.sum(-1) + np.longdouble(1e-8)
    v2 = (w * w).sum(-1)
    mean = (x * w).sum(-1) / v1
    variance = (w * (x - mean[..., None]) ** 2).sum(-1) / (v1 - v2 / v1 + np.longdouble(1e-8))
    return np.concatenate([mean, np.sqrt(variance)], -1).reshape(-1, 2 * features.shape[1])


def masks_of(items, frames):
    """Full, empty, one frame, two frames, the second half, soft."""
    masks = np.zeros((items, 6, frames), np.float32)
    masks[:, 0] = 1
    masks[:, 2, frames // 3] = 1
    masks[:, 3, [0, frames - 1]] = 1
    masks[:, 4, frames // 2 :] = 1
    masks[:, 5] = rng.random((items, frames)).astype(np.float32)
    return masks


def features(*shape):
    return rng.standard_normal(shape).astype(np.float32)


CASES = {
    "plain": (features(2, 5, 20), None),
    "two_frames": (features(1, 3, 2), None),
    "masked": (np.maximum(features(2, 7, 63), 0), masks_of(2, 589)),
    "one_to_one": (features(1, 2, 65), masks_of(1, 65)),
    "stretched": (features(1, 1, 485), masks_of(1, 125)),
    "far": (features(1, 3, 130) + np.float32(1000), masks_of(1, 130)),
    "one_frame": (features(1, 4, 1), np.array([[[1], [0], [0.5]]], np.float32)),
}

arrays = {}
for name, (x, masks) in CASES.items():
    arrays[f"{name}/features"] = x
    if masks is not None:
        arrays[f"{name}/masks"] = masks
    arrays[f"{name}/pooled"] = pool(x, masks).astype(np.float64)
path = Path(__file__).parent / "samples" / "pooling.npz"
np.savez_compressed(path, **arrays)
print(path.name, path.stat().st_size, "bytes")

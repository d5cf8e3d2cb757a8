"""
What wespeaker_shaped_random.onnx computes, in float64 with numpy: its embeddings under the sixteen masks of
reference/wespeaker_shaped_random.npz, and what is needed to compare it with the embeddings in that file.

Those are of the same network with its batch norms in training mode over the sixteen rows (ten of the first chunk, six of
the second), not of the network as exported. With every convolution's output brought to mean 0 and variance 1 over these
rows, which undoes what the export folded into the weights, numpy gives them to 1.5e-4, which is what rounding the
folded weights to float32 leaves. So the means and gains of each convolution are saved too, in the order of the graph.

Usage: python3 make_wespeaker_float64.py MODEL.onnx REFERENCE.npz OUT.npz
"""
import sys

import numpy as np


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
        else:
            size, at = varint(data, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            value = data[at:at + size]
            at += size
        yield tag >> 3, value


def attribute(data):
    found = {"name": "", "ints": []}
    for number, value in fields(data):
        if number == 1:
            found["name"] = value.decode()
        if number == 8:
            found["ints"].append(value)
    return found["name"], found["ints"]


def read(path):
    graph = next(value for number, value in fields(open(path, "rb").read()) if number == 7)
    nodes, weights = [], {}
    for number, value in fields(graph):
        parts = list(fields(value)) if number in (1, 5) else []
        if number == 1:
            nodes.append((
                next(v.decode() for n, v in parts if n == 4),
                [v.decode() for n, v in parts if n == 1],
                next(v.decode() for n, v in parts if n == 2),
                dict(attribute(v) for n, v in parts if n == 5),
            ))
        if number == 5:
            shape = [v for n, v in parts if n == 1]
            raw = next((v for n, v in parts if n == 9), b"")
            if len(raw) == 4 * int(np.prod(shape, dtype=np.int64)):
                name = next(v.decode() for n, v in parts if n == 8)
                weights[name] = np.frombuffer(raw, "<f4").reshape(shape).astype(np.float64)
    return nodes, weights


def convolve(x, weight, bias, strides, pad):
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(1, 2))[:, ::strides[0], ::strides[1]]
    return np.einsum("chwkl,ockl->ohw", windows, weight, optimize=True) + bias[:, None, None]


def trunk(nodes, weights, data, training):
    """Features (2, channels, frames), and mean and gain of each convolution."""
    rows = np.bincount(data["chunk_index"], minlength=2) / len(data["chunk_index"])
    values = {"fbank": [chunk.astype(np.float64) for chunk in data["fbank"]]}
    means, gains = [], []
    for kind, inputs, output, attributes in nodes:
        ready = [values[name] for name in inputs if name in values]
        if kind == "Transpose":
            values[output] = [x.T for x in ready[0]]
        elif kind == "Unsqueeze" and ready:
            values[output] = [x[None] for x in ready[0]]
        elif kind == "Relu":
            values[output] = [np.maximum(x, 0) for x in ready[0]]
        elif kind == "Add" and len(ready) == 2:
            values[output] = [a + b for a, b in zip(*ready)]
        elif kind == "Conv":
            weight, bias = weights[inputs[1]], weights[inputs[2]]
            x = np.stack([convolve(x, weight, bias, attributes["strides"], attributes["pads"][0]) for x in ready[0]])
            if training:
                mean = np.einsum("b,bc->c", rows, x.mean((2, 3)))
                variance = np.einsum("b,bc->c", rows, ((x - mean[:, None, None]) ** 2).mean((2, 3)))
                gain = 1 / np.sqrt(variance + 1e-5)
                x = (x - mean[:, None, None]) * gain[:, None, None]
                means.append(mean)
                gains.append(gain)
            values[output] = list(x)
        elif kind == "Reshape":
            return [x.reshape(-1, x.shape[-1]) for x in ready[0]], means, gains


def embed(features, weights, data):
    """Embeddings (16, 256): masked mean and deviation as pyannote computes them, and the last layer."""
    weight, bias = weights["n.seg_1.weight"], weights["n.seg_1.bias"]
    found = []
    for mask, chunk in zip(data["masks"].astype(np.float64), data["chunk_index"]):
        x = features[chunk]
        w = mask[np.arange(x.shape[1]) * len(mask) // x.shape[1]]
        v1 = w.sum() + 1e-8
        mean = (x * w).sum(1) / v1
        variance = ((x - mean[:, None]) ** 2 * w).sum(1) / (v1 - (w * w).sum() / v1 + 1e-8)
        found.append(weight @ np.concatenate([mean, np.sqrt(variance)]) + bias)
    return np.stack(found)


def main(model, reference, out):
    nodes, weights = read(model)
    data = np.load(reference)
    features, means, gains = trunk(nodes, weights, data, training=True)
    difference = np.abs(embed(features, weights, data) - data["embeddings_f64"]).max()
    print("training mode: largest difference from the reference", difference)
    features, _, _ = trunk(nodes, weights, data, training=False)
    embeddings = embed(features, weights, data)
    print("as exported: largest difference from the reference", np.abs(embeddings - data["embeddings_f64"]).max())
    np.savez_compressed(out, means=np.concatenate(means), gains=np.concatenate(gains), embeddings=embeddings)


main(*sys.argv[1:])

#!/usr/bin/env python3
"""Unit rows as NumPy makes them: x / np.linalg.norm(x, axis=1, keepdims=True) in float32, at widths around the blocks of its
pairwise sum. Writes unit_rows.npz beside this script. Made with NumPy 2.4.6; a machine with wider or narrower SIMD gives the same.
"""

from pathlib import Path

import numpy as np

WIDTHS = [1, 2, 5, 7, 8, 9, 15, 100, 127, 128, 129, 136, 256, 257, 1000]

generator = np.random.default_rng(20)
arrays = {}
for width in WIDTHS:
    x = generator.standard_normal((2, width)).astype(np.float32)
    x[1] *= 10.0 ** generator.uniform(-3, 3, width).astype(np.float32)  # Here the order of additions shows.
    arrays[f"x_{width}"] = x
    arrays[f"unit_{width}"] = x / np.linalg.norm(x, axis=1, keepdims=True)
np.savez_compressed(Path(__file__).with_name("unit_rows.npz"), **arrays)

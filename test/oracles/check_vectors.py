"""Recomputes convolutions from files that `separable vectors --format npz` wrote, with NumPy, and judges them.

    python3 check_vectors.py FILE.npz …                in float64 against output64, in float32 by both bounds
    python3 check_vectors.py --answers OUT FILE.npz …  the same, and the float32 outputs into one .npz for `separable judge`
"""

import os
import sys

import numpy as np

ORDERS = ("hwio", "oihw", "ohwi", "ihwo")


def extents(v):
    return (int(v[k]) for k in "N H W C OH OW O KH KW GROUPS".split())


def operands(v, dtype):
    """Input as [N, H, W, C], filter as [KH, KW, C / G, O], bias."""
    N, H, W, C, OH, OW, O, KH, KW, G = extents(v)
    x = v["input"].astype(dtype)
    x = x.transpose(0, 2, 3, 1) if int(v["LAYOUT"]) == 1 else x
    order = ORDERS[int(v["FILTER_LAYOUT"])]
    sizes = {"h": KH, "w": KW, "i": C // G, "o": O}
    w = v["filter"].astype(dtype).reshape([sizes[axis] for axis in order])
    w = w.transpose([order.index(axis) for axis in "hwio"])
    b = v["bias"].astype(dtype) if int(v["HAS_BIAS"]) else np.zeros(O, dtype)
    return x, w, b


def recompute(v, dtype):
    N, H, W, C, OH, OW, O, KH, KW, G = extents(v)
    x, w, b = operands(v, dtype)
    pads = ((0, 0), (int(v["PAD_TOP"]), int(v["PAD_BOTTOM"])), (int(v["PAD_LEFT"]), int(v["PAD_RIGHT"])), (0, 0))
    x = np.pad(x, pads)
    y = np.zeros((N, OH, OW, O), dtype)
    for kh in range(KH):
        for kw in range(KW):
            top, left = kh * int(v["DILATION_H"]), kw * int(v["DILATION_W"])
            seen = x[:, top:, left:, :][:, :: int(v["STRIDE_H"]), :: int(v["STRIDE_W"]), :][:, :OH, :OW, :]
            for g in range(G):
                own = slice(g * C // G, (g + 1) * C // G)
                out = slice(g * O // G, (g + 1) * O // G)
                y[..., out] += seen[..., own] @ w[kh, kw, :, out]
    return y + b


def from_patches(v):
    N, H, W, C, OH, OW, O, KH, KW, G = extents(v)
    rows = v["im2col"].astype(np.float64)
    if ORDERS[int(v["FILTER_LAYOUT"])] in ("oihw", "ihwo"):
        rows = rows.reshape(-1, C, KH * KW).transpose(0, 2, 1)
    else:
        rows = rows.reshape(-1, KH * KW, C)
    _, w, b = operands(v, np.float64)
    w = w.reshape(KH * KW, C // G, O)
    parts = [
        np.einsum("rkc,kco->ro", rows[:, :, g * C // G : (g + 1) * C // G], w[:, :, g * O // G : (g + 1) * O // G])
        for g in range(G)
    ]
    return np.concatenate(parts, axis=1).reshape(N, OH, OW, O) + b


def activate(v, s):
    gate = np.clip(s + 3, 0, 6) / 6
    return (
        lambda: s,
        lambda: np.maximum(s, 0),
        lambda: np.clip(s, 0, 6),
        lambda: s * gate,
        lambda: gate,
        lambda: 1 / (1 + np.exp(-s)),
    )[int(v["ACTIVATION"])]()


def lying(v, y):
    return y.transpose(0, 3, 1, 2) if int(v["LAYOUT"]) == 1 else y


paths = sys.argv[1:]
answers = paths.pop(1) if paths[0] == "--answers" else None
paths = paths[1:] if answers else paths
outputs, suspicious, wrong = {}, 0, 0
for path in paths:
    v = np.load(path)
    assert v["output"].dtype == np.float32 and v["output64"].dtype == np.float64, path
    for s in (recompute(v, np.float64), from_patches(v)):
        y = lying(v, activate(v, s))
        assert y.shape == v["output"].shape, (path, y.shape)
        assert np.all(np.abs(y - v["output64"]) <= 1e-12 * np.maximum(1, np.abs(y))), path
    assert np.array_equal(v["output64"].astype(np.float32), v["output"]), path
    y = np.ascontiguousarray(lying(v, activate(v, recompute(v, np.float32)))).astype(np.float32)
    off = np.abs(y.astype(np.float64) - v["output64"])
    wrong += bool(np.any(off > v["bound"]))
    suspicious += bool(np.any(off > v["statistical_bound"]) and not np.any(off > v["bound"]))
    outputs[os.path.splitext(os.path.basename(path))[0]] = y
if answers:
    np.savez(answers, **outputs)
print(f"{len(paths)} files, {suspicious} suspicious, {wrong} wrong, NumPy {np.__version__}")

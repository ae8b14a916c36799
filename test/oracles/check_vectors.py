"""Recomputes convolutions from files that `separable vectors --format npz` wrote, with NumPy, and compares.

    python3 check_vectors.py FILE.npz …
"""

import sys

import numpy as np


def recompute(v):
    N, H, W, C, OH, OW, O, KH, KW, G = (int(v[k]) for k in "N H W C OH OW O KH KW GROUPS".split())
    filter64 = v["filter"].astype(np.float64).reshape(KH, KW, C // G, O)
    pads = ((0, 0), (int(v["PAD_TOP"]), int(v["PAD_BOTTOM"])), (int(v["PAD_LEFT"]), int(v["PAD_RIGHT"])), (0, 0))
    x = np.pad(v["input"].astype(np.float64), pads)
    y = np.zeros((N, OH, OW, O))
    for kh in range(KH):
        for kw in range(KW):
            top, left = kh * int(v["DILATION_H"]), kw * int(v["DILATION_W"])
            seen = x[:, top:, left:, :][:, :: int(v["STRIDE_H"]), :: int(v["STRIDE_W"]), :][:, :OH, :OW, :]
            for g in range(G):
                own = slice(g * C // G, (g + 1) * C // G)
                out = slice(g * O // G, (g + 1) * O // G)
                y[..., out] += seen[..., own] @ filter64[kh, kw, :, out]
    return y + (v["bias"].astype(np.float64) if "bias" in v else 0)


def from_patches(v):
    KH, KW, C, G, O = (int(v[k]) for k in "KH KW C GROUPS O".split())
    rows = v["im2col"].astype(np.float64).reshape(-1, KH * KW, C)
    filter64 = v["filter"].astype(np.float64).reshape(KH * KW, C // G, O)
    parts = [
        np.einsum("rkc,kco->ro", rows[:, :, g * C // G : (g + 1) * C // G], filter64[:, :, g * O // G : (g + 1) * O // G])
        for g in range(G)
    ]
    y = np.concatenate(parts, axis=1).reshape(v["output64"].shape)
    return y + (v["bias"].astype(np.float64) if "bias" in v else 0)


for path in sys.argv[1:]:
    v = np.load(path)
    assert v["output"].dtype == np.float32 and v["output64"].dtype == np.float64, path
    for y in (recompute(v), from_patches(v)):
        assert y.shape == v["output"].shape, (path, y.shape)
        assert np.all(np.abs(y - v["output64"]) <= 1e-12 * np.maximum(1, np.abs(y))), path
    assert np.array_equal(v["output64"].astype(np.float32), v["output"]), path
print(f"{len(sys.argv) - 1} files, NumPy {np.__version__}")

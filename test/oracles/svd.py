"""Writes test/oracles/svd.json: singular values by NumPy (LAPACK) of matrices that a formula fills, and what share of a
filter's energy the leading parts of every channel keep.

Needs NumPy. Usage: python3 test/oracles/svd.py
"""
import json
import pathlib

import numpy as np


def numbers(count, seed):
    """The same numbers in test/tensor/svd.test.ts: -1 to 1, exact in both."""
    i = np.arange(count, dtype=np.int64)
    return ((i * i * 7919 + i * 104729 + seed * 15485863) % 2003) / 1001.5 - 1


matrices = []
for seed, (rows, columns, scale, rank) in enumerate(
    [
        (9, 64, 1, None),
        (25, 10, 1, None),
        (3, 3, 1, None),
        (1, 7, 1, None),
        (7, 1, 1, None),
        (9, 32, 1e-150, None),
        (9, 32, 1e150, None),
        (9, 32, 1, 2),
        (12, 12, 1, 5),
    ]
):
    if rank is None:
        a = numbers(rows * columns, seed).reshape(rows, columns) * scale
    else:
        left, right = numbers(rows * rank, seed), numbers(rank * columns, seed + 100)
        a = left.reshape(rows, rank) @ right.reshape(rank, columns) * scale
    s = np.linalg.svd(a, compute_uv=False)
    matrices.append({"rows": rows, "columns": columns, "scale": scale, "rank": rank, "seed": seed, "s": list(s)})

filters = []
for seed, (kh, kw, c, o) in enumerate([(3, 3, 16, 32), (5, 5, 3, 40), (3, 1, 4, 2)]):
    w = numbers(kh * kw * c * o, seed).astype(np.float32).astype(np.float64).reshape(kh * kw, c, o)
    squares = np.array([np.linalg.svd(w[:, i, :], compute_uv=False) ** 2 for i in range(c)]).sum(axis=0)
    filters.append({"shape": [kh, kw, c, o], "seed": seed, "energies": list(np.cumsum(squares) / squares.sum())})

path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"numpy": np.__version__, "matrices": matrices, "filters": filters}) + "\n")

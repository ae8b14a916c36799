"""Writes test/oracles/npz.json: archives as NumPy writes them, base64, with the numbers that are in them.

Needs Debian's python3-numpy. Usage: /usr/bin/python3 test/oracles/npz.py
"""
import base64
import io
import json
import pathlib

import numpy as np

arrays = {
    "conv1/kernel": np.arange(2 * 3 * 4, dtype="<f4").reshape(2, 3, 4) / 8,
    "fortran": np.asfortranarray(np.arange(6, dtype="<f4").reshape(2, 3)),
    "half": np.array([0.5, -2, 65504, np.inf], dtype="<f2"),
    "double": np.array([[1e-3, 3.5]], dtype="<f8"),
    "long": np.array([-3, 2**40], dtype="<i8"),
    "byte": np.array([0, 255], dtype="|u1"),
    "flag": np.array([True, False]),
    "scalar": np.array(7, dtype="<i4"),
    "empty": np.zeros((0, 3), dtype="<f4"),
}
archives = {}
for name, save in [("stored", np.savez), ("compressed", np.savez_compressed)]:
    file = io.BytesIO()
    save(file, **arrays)
    archives[name] = base64.b64encode(file.getvalue()).decode()
values = {name: {"shape": list(a.shape), "data": [float(v) if np.isfinite(v) else "inf" for v in a.flatten()]} for name, a in arrays.items()}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"numpy": np.__version__, "archives": archives, "values": values}) + "\n")
print(f"{len(arrays)} arrays, {path.stat().st_size} bytes")

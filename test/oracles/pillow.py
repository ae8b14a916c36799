"""Writes test/oracles/pillow.json: what Pillow's antialiased resizes make of a few small pictures.

Needs Debian's python3-pil. Usage: /usr/bin/python3 test/oracles/pillow.py

Grey level i of a picture is (37 i + 11) mod 256, row by row, three channels.
"""
import json
import pathlib

import PIL
from PIL import Image

cases = []
for (h, w), (oh, ow) in [((12, 17), (5, 4)), ((7, 9), (7, 3)), ((10, 6), (3, 6)), ((4, 5), (9, 11)), ((9, 4), (4, 9)), ((3, 3), (1, 1))]:
    data = bytes((37 * i + 11) % 256 for i in range(h * w * 3))
    for name, filter in [("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)]:
        small = Image.frombytes("RGB", (w, h), data).resize((ow, oh), filter)
        cases.append({"from": [h, w], "to": [oh, ow], "interpolation": name, "data": list(small.tobytes())})

path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"pillow": PIL.__version__, "cases": cases}) + "\n")
print(f"{len(cases)} cases, {path.stat().st_size} bytes")

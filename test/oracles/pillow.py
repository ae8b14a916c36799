"""Writes test/oracles/pillow.json: what Pillow's antialiased resizes make of small pictures, to the bit.

Needs PyPI's pillow 12. Debian's python3-pil (9.4) differs for tall pictures alone, which it resizes along rows first.
Usage: python3 test/oracles/pillow.py

Grey level i of a picture is (37 i + 11) mod 256, row by row, three channels. Of most results only the SHA-256 is kept. A picture
of floats has the same levels less 100.25, divided by 8, one channel, and its result is float32.
"""
import hashlib
import json
import math
import pathlib
import struct

import PIL
from PIL import Image

FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


def levels(size):
    return bytes((37 * i + 11) % 256 for i in range(size))


def picture(h, w):
    return Image.frombytes("RGB", (w, h), levels(h * w * 3))


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


state = 1


def below(n):
    """Numbers that look random, the same everywhere."""
    global state
    state = (state * 1103515245 + 12345) % 2**31
    return (state >> 8) % n


shown = []
for (h, w), (oh, ow) in [((12, 17), (5, 4)), ((7, 9), (7, 3)), ((4, 5), (9, 11)), ((9, 4), (4, 9)), ((3, 3), (1, 1))]:
    for name, filter in FILTERS.items():
        small = picture(h, w).resize((ow, oh), filter)
        shown.append({"from": [h, w], "to": [oh, ow], "interpolation": name, "data": list(small.tobytes())})

# More than 100 times as tall as wide.
TALL = [(301, 2, 2, 1), (301, 2, 50, 3), (1068, 3, 883, 4), (1068, 3, 1100, 2), (300, 3, 20, 2), (101, 1, 100, 5)]
sizes = []
for i in range(512):
    h, w, oh, ow = [1 + below(40 if i % 5 else 300) for _ in range(4)] if i < 500 else TALL[(i - 500) // 2]
    name = ["bilinear", "bicubic"][i % 2]
    sizes.append([h, w, oh, ow, name, digest(picture(h, w).resize((ow, oh), FILTERS[name]).tobytes())])

floats = []
for i in range(72):
    h, w, oh, ow = [1 + below(24) for _ in range(4)] if i < 60 else TALL[(i - 60) // 2]
    name = ["bilinear", "bicubic"][i % 2]
    data = b"".join(struct.pack("<f", (level - 100.25) / 8) for level in levels(h * w))
    small = Image.frombytes("F", (w, h), data).resize((ow, oh), FILTERS[name])
    floats.append([h, w, oh, ow, name, digest(small.tobytes())])


def shorter(image, h, w, fraction, filter):
    """torchvision's Resize and CenterCrop, and timm's: the shorter side to a size, then the middle."""
    W, H = image.size
    rows, columns = math.floor(h / fraction), math.floor(w / fraction)
    size = (rows, int(W * rows / H)) if rows * W >= columns * H else (int(H * columns / W), columns)
    small = image.resize((size[1], size[0]), filter)
    top, left = [int(round((have - want) / 2.0)) for have, want in zip(size, (h, w))]
    return small.crop((left, top, left + w, top + h))


def square(image, h, w, filter):
    """The largest box of the proportions h : w in the middle."""
    W, H = image.size
    scale = min(H / h, W / w)
    bh, bw = [max(1, math.floor(extent * scale + 0.5)) for extent in (h, w)]
    top, left = (H - bh) // 2, (W - bw) // 2
    return image.crop((left, top, left + bw, top + bh)).resize((w, h), filter)


def fraction(image, h, w, share, filter):
    """TensorFlow's central_crop, then a resize."""
    W, H = image.size
    top, left = [int((extent - extent * share) / 2) for extent in (H, W)]
    return image.crop((left, top, W - left, H - top)).resize((w, h), filter)


prepared = []
for i in range(60):
    H, W = [1 + below(200) for _ in range(2)]
    h, w = [8 + below(56), 8 + below(56)] if i % 2 else [32, 32]
    image = picture(H, W)
    for preset, small in [
        ("keras", square(image, h, w, Image.BILINEAR)),
        ("tf-slim", fraction(image, h, w, 0.875, Image.BILINEAR)),
        ("torchvision", shorter(image, h, w, 0.875, Image.BILINEAR)),
        ("timm", shorter(image, h, w, 0.875, Image.BICUBIC)),
    ]:
        prepared.append([H, W, h, w, preset, digest(small.tobytes())])

path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"pillow": PIL.__version__, "shown": shown, "sizes": sizes, "floats": floats, "prepared": prepared}) + "\n")
print(f"{len(sizes)} sizes, {path.stat().st_size} bytes")

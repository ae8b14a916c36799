"""Writes test/oracles/torchvision.json: what torchvision's MobileNets, and MobileNetV4 written here, answer in PyTorch, and how
torchvision prepares a picture.

Needs Debian's python3-torch (1.13), python3-torchvision (0.14) and python3-pil. Usage: /usr/bin/python3 test/oracles/torchvision.py

Weights and pictures are not stored: element i of tensor number n is a hash of both, as `hashed` in test/support/hashed.ts
makes it, the same to the bit; PyTorch computes in float64. Batch norm has statistics that are not trivial. The ONNX files are those of torch.onnx.export
without parameters, which stay inputs under the names of the state_dict; gzip, base64.
"""
import base64
import gzip
import io
import json
import pathlib
import sys

sys.path.pop(0)  # this file has the name of the library

import numpy as np
import torch
import torchvision
from PIL import Image
from torch import nn
from torch.nn import functional as F
from torchvision import transforms

RESOLUTION = 64
CLASSES = 10
PICTURES = 2
PICTURE_SALT = 99999


def uniform(size, salt):
    """Numbers from 0 to 1: the lowbias32 hash of Chris Wellons of i + salt * 2^20."""
    with np.errstate(over="ignore"):
        h = np.arange(size, dtype=np.uint32) + np.uint32((salt << 20) & 0xFFFFFFFF)
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x7FEB352D)
        h ^= h >> np.uint32(15)
        h *= np.uint32(0x846CA68B)
        h ^= h >> np.uint32(16)
    return h.astype(np.float64) / 2**32


def hashed(name, shape, salt):
    size = int(np.prod(shape)) if len(shape) else 1
    u = uniform(size, salt)
    if name.endswith("running_var") or (name.endswith("weight") and len(shape) == 1):
        values = 0.75 + u / 2
    elif name.endswith("weight"):
        values = (2 * u - 1) * np.sqrt((1 if len(shape) == 2 else 6) / np.prod(shape[1:]))
    else:
        values = (2 * u - 1) / 5
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def fill(model):
    listed = []
    state = model.state_dict()
    for n, (name, tensor) in enumerate(state.items()):
        listed.append([name, list(tensor.shape)])
        if not name.endswith("num_batches_tracked"):
            state[name] = hashed(name, list(tensor.shape), n)
    model.load_state_dict(state)
    model.eval()
    return listed


def pictures(resolution):
    shape = [PICTURES, 3, resolution, resolution]
    return torch.from_numpy((2 * uniform(int(np.prod(shape)), PICTURE_SALT) - 1).astype(np.float32).reshape(shape))


def rounded(tensor):
    return [float(f"{v:.8g}") for v in tensor.detach().flatten().tolist()]


def exported(model, resolution):
    file = io.BytesIO()
    torch.onnx.export(model, pictures(resolution), file, export_params=False, opset_version=14, input_names=["picture"],
                      output_names=["scores"], dynamic_axes={"picture": {0: "n"}, "scores": {0: "n"}},
                      do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE)
    return base64.b64encode(gzip.compress(file.getvalue(), mtime=0)).decode()


models = []
for name, make in [
    ("mobilenet_v2_0.25", lambda: torchvision.models.mobilenet_v2(width_mult=0.25, num_classes=CLASSES)),
    ("mobilenet_v2_0.5", lambda: torchvision.models.mobilenet_v2(width_mult=0.5, num_classes=CLASSES)),
    ("mobilenet_v2_1.0", lambda: torchvision.models.mobilenet_v2(num_classes=CLASSES)),
    ("mobilenet_v3_large_1.0", lambda: torchvision.models.mobilenet_v3_large(num_classes=CLASSES)),
    ("mobilenet_v3_small_1.0", lambda: torchvision.models.mobilenet_v3_small(num_classes=CLASSES)),
    ("mobilenet_v3_small_0.75", lambda: torchvision.models.mobilenetv3._mobilenet_v3(
        *torchvision.models.mobilenetv3._mobilenet_v3_conf("mobilenet_v3_small", width_mult=0.75), None, False,
        num_classes=CLASSES)),
]:
    model = make()
    listed = fill(model)
    models.append({"name": name, "tensors": listed, "onnx": exported(model, RESOLUTION),
                   "logits": rounded(model.double()(pictures(RESOLUTION).double()))})


class ConvBn(nn.Module):
    """A convolution with batch norm under the names of one of timm's modules."""

    def __init__(self, conv, norm, inputs, outputs, kernel, stride, groups, act):
        super().__init__()
        self.names = conv, norm
        self.add_module(conv, nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False))
        self.add_module(norm, nn.BatchNorm2d(outputs))
        self.act = act

    def forward(self, x):
        x = getattr(self, self.names[1])(getattr(self, self.names[0])(x))
        return F.relu(x) if self.act else x


class Edge(nn.Module):
    def __init__(self, inputs, kernel, stride, expanded, outputs):
        super().__init__()
        self.conv_exp = nn.Conv2d(inputs, expanded, kernel, stride, kernel // 2, bias=False)
        self.bn1 = nn.BatchNorm2d(expanded)
        self.conv_pwl = nn.Conv2d(expanded, outputs, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.bn2(self.conv_pwl(F.relu(self.bn1(self.conv_exp(x)))))


class Uib(nn.Module):
    """arXiv 2404.10518, section 4, with timm's names."""

    def __init__(self, inputs, start, middle, stride, expanded, outputs):
        super().__init__()
        self.skip = stride == 1 and inputs == outputs
        if start:
            self.dw_start = ConvBn("conv", "bn", inputs, inputs, start, 1 if middle else stride, inputs, False)
        self.pw_exp = ConvBn("conv", "bn", inputs, expanded, 1, 1, 1, True)
        if middle:
            self.dw_mid = ConvBn("conv", "bn", expanded, expanded, middle, stride, expanded, True)
        self.pw_proj = ConvBn("conv", "bn", expanded, outputs, 1, 1, 1, False)

    def forward(self, x):
        y = x
        for part in self.children():
            y = part(y)
        return x + y if self.skip else y


class MobileNetV4(nn.Module):
    def __init__(self, rows, stages):
        super().__init__()
        self.conv_stem = nn.Conv2d(3, rows[0][3], 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(rows[0][3])
        inputs = rows[0][3]
        blocks, at = [], 1
        for count in stages:
            stage = []
            for row in rows[at:at + count]:
                if row[0] == "fused" and len(rows) == 15:  # the small network has two convolutions of their own
                    _, kernel, stride, expanded, outputs = row
                    stage += [ConvBn("conv", "bn1", inputs, expanded, kernel, stride, 1, True),
                              ConvBn("conv", "bn1", expanded, outputs, 1, 1, 1, True)]
                elif row[0] == "fused":
                    stage.append(Edge(inputs, *row[1:4], row[4]))
                else:
                    stage.append(Uib(inputs, *row[1:]))
                inputs = row[-1]
            blocks.append(nn.Sequential(*stage))
            at += count
        blocks.append(nn.Sequential(ConvBn("conv", "bn1", inputs, 960, 1, 1, 1, True)))
        self.blocks = nn.Sequential(*blocks)
        self.conv_head = nn.Conv2d(960, 1280, 1, bias=False)
        self.norm_head = nn.BatchNorm2d(1280)
        self.classifier = nn.Linear(1280, CLASSES)

    def forward(self, x, see=None):
        x = F.relu(self.bn1(self.conv_stem(x)))
        for stage in self.blocks:
            for block in stage:
                x = block(x)
                if see is not None and not isinstance(block, ConvBn):
                    see.append(x)
        x = x.mean((2, 3), keepdim=True)
        return self.classifier(F.relu(self.norm_head(self.conv_head(x))).flatten(1))


specs = json.loads((pathlib.Path(__file__).parent.parent / "facts" / "mobilenet-facts.json").read_text())["specs"]["v4"]
fourth = []
for size, stages in [("small", [1, 1, 6, 6]), ("medium", [1, 2, 8, 11])]:
    model = MobileNetV4(specs[size]["rows"], stages)
    listed = fill(model)
    seen = []
    logits = model.double()(pictures(RESOLUTION).double(), seen)
    # Of the first picture: every k-th number of [c, h, w], 24 in all.
    blocks = [{"shape": list(x.shape[1:]), "values": rounded(x[0].flatten()[:: max(1, x[0].numel() // 24)][:24])} for x in seen]
    fourth.append({"name": f"mobilenet_v4_conv_{size}", "tensors": listed, "blocks": blocks, "logits": rounded(logits)})

# How torchvision and timm prepare a picture for 28 pixels: the shorter side to 32, then the middle.
prepared = []
for h, w in [(37, 53), (61, 40), (45, 45)]:
    levels = bytes((37 * i + 11) % 256 for i in range(h * w * 3))
    for name, mode in [("bilinear", transforms.InterpolationMode.BILINEAR), ("bicubic", transforms.InterpolationMode.BICUBIC)]:
        picture = Image.frombytes("RGB", (w, h), levels)
        small = transforms.CenterCrop(28)(transforms.Resize(32, mode)(picture))
        prepared.append({"from": [h, w], "interpolation": name, "data": base64.b64encode(small.tobytes()).decode()})

path = pathlib.Path(__file__).with_suffix(".json")
versions = {"torch": torch.__version__, "torchvision": torchvision.__version__}
path.write_text(json.dumps({**versions, "resolution": RESOLUTION, "models": models, "fourth": fourth, "prepared": prepared}) + "\n")
print(f"{len(models) + len(fourth)} models, {path.stat().st_size} bytes")

"""Writes test/oracles/pytorch.json: what PyTorch answers, in float64, for a list of lopsided calls.

Needs PyTorch: Debian's python3-torch (1.13) or PyPI's torch 2 give the same. Usage: python3 test/oracles/pytorch.py

Inputs are not stored: element i of an input is ((37 i + 11 salt) mod 101 - 50) / 16, exact in float32, as `scattered` in
test/support/tensors.ts makes it. Layout nchw and oihw throughout.
"""
import json
import pathlib

import torch
import torch.nn.functional as F


def scattered(shape, salt):
    size = int(torch.tensor(shape).prod()) if shape else 1
    i = torch.arange(size, dtype=torch.float64)
    return ((((i * 37 + salt * 11) % 101) - 50) / 16).reshape(shape)


def result(y):
    return {"shape": list(y.shape), "data": [float(f"{v:.17g}") for v in y.flatten().tolist()]}


cases = []


def conv(name, x, w, bias, stride, padding, dilation, groups, activation="none"):
    """padding is [top, bottom, left, right]."""
    top, bottom, left, right = padding
    data = F.pad(scattered(x, 1), (left, right, top, bottom))
    y = F.conv2d(data, scattered(w, 2), scattered([w[0]], 3) if bias else None, stride, 0, dilation, groups)
    y = {"none": lambda v: v, "relu": F.relu, "relu6": F.relu6, "hardSwish": F.hardswish, "hardSigmoid": F.hardsigmoid,
         "sigmoid": torch.sigmoid}[activation](y)
    cases.append({"op": "conv2d", "name": name, "x": x, "w": w, "bias": bias, "strides": stride, "padding": padding,
                  "dilations": dilation, "groups": groups, "activation": activation, **{"y": result(y)}})


conv("standard 3x2, unequal strides", [2, 3, 7, 5], [4, 3, 3, 2], True, [2, 1], [1, 1, 0, 0], [1, 1], 1)
conv("asymmetric padding", [1, 2, 5, 6], [3, 2, 3, 3], False, [2, 3], [0, 2, 1, 0], [1, 1], 1)
conv("dilation", [1, 2, 9, 8], [3, 2, 3, 2], True, [1, 2], [2, 1, 0, 1], [2, 3], 1)
conv("groups", [2, 6, 5, 4], [4, 3, 2, 3], True, [1, 1], [1, 0, 1, 1], [1, 1], 2)
conv("depthwise 3x3", [1, 5, 6, 7], [5, 1, 3, 3], True, [1, 1], [1, 1, 1, 1], [1, 1], 5)
conv("depthwise 3x3, stride 2, TensorFlow's same", [1, 3, 6, 8], [3, 1, 3, 3], True, [2, 2], [0, 1, 0, 1], [1, 1], 3)
conv("depthwise 3x3, dilation", [1, 3, 8, 9], [3, 1, 3, 3], False, [1, 2], [2, 2, 1, 3], [2, 3], 3)
conv("depthwise 1x4, stride 2", [1, 3, 4, 9], [3, 1, 1, 4], False, [2, 2], [0, 0, 1, 2], [1, 1], 3)
conv("depthwise 5x1, stride 2", [1, 3, 9, 4], [3, 1, 5, 1], False, [2, 2], [1, 2, 0, 0], [1, 1], 3)
conv("depthwise 5x5, multiplier 3", [1, 2, 7, 6], [6, 1, 5, 5], True, [2, 1], [2, 2, 2, 2], [1, 1], 2)
conv("depthwise 7x6", [1, 2, 8, 9], [2, 1, 7, 6], True, [1, 1], [3, 3, 2, 3], [1, 1], 2)
conv("pointwise", [2, 5, 3, 4], [7, 5, 1, 1], True, [1, 1], [0, 0, 0, 0], [1, 1], 1)
conv("pointwise, strides and padding", [1, 3, 5, 4], [2, 3, 1, 1], True, [2, 3], [1, 0, 2, 1], [1, 1], 1)
conv("strides larger than the input", [1, 2, 3, 4], [3, 2, 2, 2], True, [5, 9], [0, 0, 0, 0], [1, 1], 1)
for activation in ["relu", "relu6", "hardSwish", "hardSigmoid", "sigmoid"]:
    conv(f"fused {activation}", [1, 3, 4, 5], [5, 3, 3, 3], True, [1, 1], [1, 1, 1, 1], [1, 1], 1, activation)
    conv(f"depthwise, fused {activation}", [1, 3, 4, 5], [3, 1, 3, 3], True, [1, 1], [1, 1, 1, 1], [1, 1], 3, activation)


def pool(op, name, x, window, stride, padding, dilation, ceil, count_include_pad=False):
    """padding is [h, w], the same on both sides."""
    data = scattered(x, 4)
    if op == "maxPool2d":
        y = F.max_pool2d(data, window, stride, padding, dilation, ceil)
    else:
        y = F.avg_pool2d(data, window, stride, padding, ceil, count_include_pad)
    cases.append({"op": op, "name": name, "x": x, "windowDimensions": window, "strides": stride, "padding": padding,
                  "dilations": dilation, "rounding": "ceil" if ceil else "floor",
                  "countIncludePad": count_include_pad, "y": result(y)})


for ceil in [False, True]:
    rule = "ceil" if ceil else "floor"
    pool("maxPool2d", f"3x2, {rule}", [2, 2, 7, 8], [3, 2], [2, 3], [1, 1], [1, 1], ceil)
    pool("maxPool2d", f"dilation, {rule}", [1, 3, 9, 8], [2, 3], [3, 2], [1, 1], [3, 2], ceil)
    pool("maxPool2d", f"a last window in the end padding, {rule}", [1, 1, 2, 1], [2, 2], [3, 2], [1, 1], [1, 1], ceil)
    for include in [False, True]:
        pool("averagePool2d", f"3x2, {rule}, include {include}", [2, 2, 7, 8], [3, 2], [2, 3], [1, 1], [1, 1], ceil, include)
        pool("averagePool2d", f"4x3, {rule}, include {include}", [1, 3, 6, 10], [4, 3], [3, 4], [2, 1], [1, 1], ceil, include)

# Windows larger than the padded picture: with ceil there is one, over what is there.
for op in ["maxPool2d", "averagePool2d"]:
    for include in [False, True] if op == "averagePool2d" else [False]:
        pool(op, f"3 on 2x2, include {include}", [1, 1, 2, 2], [3, 3], [2, 2], [0, 0], [1, 1], True, include)
        pool(op, f"one axis too small, include {include}", [1, 2, 3, 7], [4, 2], [3, 2], [0, 1], [1, 1], True, include)
        pool(op, f"padding 1, include {include}", [2, 3, 2, 3], [5, 6], [3, 5], [1, 1], [1, 1], True, include)
        pool(op, f"64 on 7x7, include {include}", [1, 2, 7, 7], [64, 64], [64, 64], [0, 0], [1, 1], True, include)
        pool(op, f"1280 on 7x7, padding 3, include {include}", [1, 2, 7, 7], [1280, 1280], [1280, 1280], [3, 3], [1, 1], True, include)
pool("maxPool2d", "dilation, larger than the picture", [1, 2, 5, 6], [3, 3], [4, 3], [1, 0], [4, 3], True)

x = scattered([2, 3, 4, 5], 5)
parameters = {role: scattered([3], salt) for role, salt in [("mean", 6), ("scale", 8), ("bias", 9)]}
variance = scattered([3], 7).abs()
for epsilon in [1e-5, 1e-3]:
    y = F.batch_norm(x, parameters["mean"], variance, parameters["scale"], parameters["bias"], eps=epsilon)
    cases.append({"op": "batchNormalization", "name": f"epsilon {epsilon}", "x": [2, 3, 4, 5], "epsilon": epsilon, "y": result(y)})

x = scattered([4, 25], 10)
for name, function in [("relu", F.relu), ("relu6", F.relu6), ("hardSwish", F.hardswish), ("hardSigmoid", F.hardsigmoid),
                       ("sigmoid", torch.sigmoid)]:
    cases.append({"op": "activation", "name": name, "x": [4, 25], "y": result(function(x))})
for axis in [0, 1, -1]:
    cases.append({"op": "softmax", "name": f"axis {axis}", "x": [4, 25], "axis": axis, "y": result(F.softmax(x, axis))})
y = F.linear(scattered([3, 5], 11), scattered([5, 4], 12).t(), scattered([4], 13))
cases.append({"op": "dense", "name": "3x5 times 5x4", "x": [3, 5], "w": [5, 4], "y": result(y)})

path = pathlib.Path(__file__).with_suffix(".json")
lines = ",\n".join(json.dumps(case) for case in cases)
path.write_text(f'{{"torch": "{torch.__version__}", "cases": [\n{lines}\n]}}\n')
print(f"{len(cases)} cases, {path.stat().st_size} bytes")

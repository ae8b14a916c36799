"""Writes test/oracles/gradients.json: what PyTorch's automatic differentiation gives, in float64, for
test/train/pytorch.test.ts.

x [3, 4, 5, 4] → a, b: two pointwise convolutions → one operation → dense → scores [3, 3] → cross entropy. The gradients
of a's and b's weights are those of the operation's operands. Needs torch. Usage: python3 test/oracles/gradients.py
"""
import json
import pathlib

import torch
import torch.nn.functional as F


def scattered(shape, salt):
    """As in test/support/tensors.ts."""
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return ((((i * 37 + salt * 11) % 101) - 50) / 16).reshape(shape)



LABELS = torch.tensor([1, 0, 2])
CASES = {
    "sub": lambda a, b, w: a - b,
    "div": lambda a, b, w: a / (b.abs() + 1),
    "mul": lambda a, b, w: a * b,
    "max": lambda a, b, w: torch.maximum(a, b),
    "min": lambda a, b, w: torch.minimum(a, b),
    "sub, broadcast": lambda a, b, w: a.mean((2, 3), keepdim=True) - b,
    "tanh": lambda a, b, w: torch.tanh(a),
    "exp": lambda a, b, w: torch.exp(a),
    "log": lambda a, b, w: torch.log(a * a + 1),
    "sqrt": lambda a, b, w: torch.sqrt(a * a + 1),
    "reciprocal": lambda a, b, w: 1 / (a * a + 1),
    "erf": lambda a, b, w: torch.erf(a),
    "leaky relu": lambda a, b, w: F.leaky_relu(a, 0.1),
    "elu": lambda a, b, w: F.elu(a, 0.7),
    "gelu, none": lambda a, b, w: F.gelu(a),
    "gelu, tanh": lambda a, b, w: F.gelu(a, approximate="tanh"),
    "clamp": lambda a, b, w: torch.clamp(a, -0.5, 0.8),
    "hard sigmoid": lambda a, b, w: torch.clamp(0.2 * a + 0.5, 0, 1),
    "mean over rows": lambda a, b, w: a.mean(2),
    "mean over all": lambda a, b, w: a.mean((1, 2, 3)).reshape(3, 1),
    "sum over channels": lambda a, b, w: a.sum(1, keepdim=True),
    "slice": lambda a, b, w: a[:, 1:3, 1:, ::2],
    "channel shuffle": lambda a, b, w: a.reshape(3, 2, 2, 5, 4).transpose(1, 2).reshape(3, 4, 5, 4),
    "gather": lambda a, b, w: a[:, :, [4, 0, 4, 2]],
    "tile": lambda a, b, w: a.tile(1, 1, 2, 3),
    "pad, reflect": lambda a, b, w: F.pad(a, (1, 2, 2, 1), "reflect"),
    "pad, edge": lambda a, b, w: F.pad(a, (1, 2, 2, 1), "replicate"),
    "resize, nearest": lambda a, b, w: F.interpolate(a, size=(7, 9), mode="nearest"),
    "resize, linear": lambda a, b, w: F.interpolate(a, size=(7, 9), mode="bilinear"),
    "resize, linear, aligned": lambda a, b, w: F.interpolate(a, size=(3, 9), mode="bilinear", align_corners=True),
    "transposed": lambda a, b, w: F.conv_transpose2d(a, w([4, 3, 3, 2]), stride=(2, 3), padding=(1, 0), output_padding=(1, 2)),
    "transposed, groups": lambda a, b, w: F.conv_transpose2d(a, w([4, 2, 2, 2]), stride=2, groups=2),
}


def near(values):
    return [float(f"{v:.10g}") for v in values.flatten().tolist()]


found = []
for name, operation in CASES.items():
    leaves = {}

    def leaf(key, shape, salt, size=0.2):
        leaves[key] = (scattered(shape, salt) * size).requires_grad_()
        return leaves[key]

    x = scattered([3, 4, 5, 4], 1)
    a = F.conv2d(x, leaf("a", [4, 4, 1, 1], 2))
    b = F.conv2d(x, leaf("b", [4, 4, 1, 1], 3, 0.21))
    y = operation(a, b, lambda shape: leaf("own", shape, 4))
    if y.ndim == 4:
        y = y.permute(0, 2, 3, 1)  # flattened in the order of [n, h, w, c]
    flat = y.reshape(3, -1)
    scores = flat @ leaf("dense", [flat.shape[1], 3], 5, 0.05)
    loss = F.cross_entropy(scores, LABELS)
    loss.backward()
    gradients = {key: near(t.grad) for key, t in leaves.items() if key != "dense" and t.grad is not None}
    found.append({"name": name, "loss": loss.item(), "gradients": gradients})

path = pathlib.Path(__file__).with_suffix(".json")
lines = ",\n".join(json.dumps(case) for case in found)
path.write_text(f'{{"torch": "{torch.__version__}", "cases": [\n{lines}\n]}}\n')
print(f"{len(found)} cases, {path.stat().st_size} bytes")

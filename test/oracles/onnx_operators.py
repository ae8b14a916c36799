"""Files of one ONNX operator each, twenty of every operator with its attributes varied, and what onnxruntime computes:
test/oracles/onnx_operators.json, for test/formats/onnx/operators.test.ts.

Needs onnx, onnxruntime, numpy. Usage: python3 test/oracles/onnx_operators.py
"""
import base64
import itertools
import json
import pathlib
import zlib

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

CASES = 20
MICROSOFT = "com.microsoft"
onnxruntime.set_default_logger_severity(4)


class Case:
    """One file: nodes from an input x (and more inputs) to an output y."""

    def __init__(self, rng):
        self.rng, self.opset, self.domain = rng, 18, ""
        self.inputs, self.constants, self.nodes, self.about = {}, {}, [], []

    def values(self, *shape, low=-3, high=3):
        return self.rng.uniform(low, high, shape).round(2).astype(np.float32)

    def input(self, *shape, name="x", **range_):
        self.inputs[name] = self.values(*shape, **range_)
        return name

    def constant(self, value, dtype=None):
        name = f"c{len(self.constants)}"
        self.constants[name] = np.asarray(value, dtype=dtype or np.float32)
        return name

    def ints(self, *values):
        return self.constant(values, np.int64)

    def node(self, op, inputs, output="y", outputs=None, domain="", **attributes):
        attributes = {name: value for name, value in attributes.items() if value is not None}
        self.nodes.append(helper.make_node(op, inputs, outputs or [output], domain=domain, **attributes))
        self.about.append(f"{op} {json.dumps(attributes)}" if attributes else op)
        return output

    def one(self, *choices):
        return choices[self.rng.integers(len(choices))]

    def number(self, low, high):
        return int(self.rng.integers(low, high + 1))

    def decimal(self, low, high):
        return round(float(self.rng.uniform(low, high)), 2)

    def shape(self, low=2, high=4):
        """Of images or other values, with 2 in the batch."""
        return (2, *(self.number(1, 5) for _ in range(self.number(low, high) - 1)))

    def model(self):
        opsets = [helper.make_opsetid("", self.opset), helper.make_opsetid(MICROSOFT, 1)]
        ends = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *x.shape[1:]]) for name, x in self.inputs.items()
        ]
        tensors = [numpy_helper.from_array(value, name) for name, value in self.constants.items()]
        output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
        graph = helper.make_graph(self.nodes, "one", ends, [output], tensors)
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)


GENERATORS = {}


def case(*names):
    def add(generate):
        for name in names:
            GENERATORS[name] = generate
        return generate

    return add


@case("Abs", "Erf", "Exp", "HardSwish", "Identity", "Neg", "Relu", "Round", "Sigmoid", "Tanh")
def plain(c, op):
    c.node(op, [c.input(*c.shape(1, 5), high=c.one(1, 8), low=c.one(-1, -8))])


@case("Log", "Reciprocal", "Sqrt")
def of_positives(c, op):
    c.node(op, [c.input(*c.shape(1, 5), low=0.01, high=c.one(1, 50))])


@case("Elu", "LeakyRelu")
def with_alpha(c, op):
    c.node(op, [c.input(*c.shape())], alpha=c.one(None, c.decimal(0, 2)))


@case("HardSigmoid")
def hard_sigmoid(c, op):
    c.node(op, [c.input(*c.shape())], alpha=c.one(None, c.decimal(0.1, 1)), beta=c.one(None, c.decimal(0, 1)))


@case("Gelu")
def gelu(c, op):
    c.opset = 20
    c.node(op, [c.input(*c.shape(), low=-6, high=6)], approximate=c.one(None, "none", "tanh"))


@case("Clip")
def clip(c, op):
    x, low, high = c.input(*c.shape()), c.one(None, c.decimal(-2, 2)), c.one(None, c.decimal(-1, 2))
    if c.one(True, False):
        c.opset = 6
        return c.node(op, [x], min=low, max=high)
    c.node(op, [x, "" if low is None else c.constant(low), "" if high is None else c.constant(high)])


@case("PRelu")
def prelu(c, op):
    shape = c.shape(3)
    slope = c.one((shape[1], *[1] * (len(shape) - 2)), (1,))
    c.node(op, [c.input(*shape), c.constant(c.values(*slope))])


@case("Softmax", "LogSoftmax")
def softmax(c, op):
    shape = c.shape()
    c.opset = c.one(11, 13)
    c.node(op, [c.input(*shape)], axis=c.one(None, *range(1, len(shape)), -1) if len(shape) > 2 or c.opset == 13 else 1)


def other(c, shape):
    """A second operand: one that broadcasts, constant or not."""
    kept = tuple(extent if c.rng.random() < 0.6 else 1 for extent in shape[1:])
    kind = c.one("constant", "scalar", "input", "fewer")
    if kind == "input":
        return c.input(2, *kept, name="b", low=0.5)
    values = {"constant": (1, *kept), "scalar": (), "fewer": kept}[kind]
    return c.constant(c.values(*values, low=0.5))


@case("Add", "Div", "Mul", "Sub")
def binary(c, op):
    shape = c.shape(2, 5)
    x, b = c.input(*shape), other(c, shape)
    c.node(op, [b, x] if op != "Div" and c.one(True, False) else [x, b])


@case("Max", "Min")
def extreme(c, op):
    shape = c.shape()
    c.node(op, [c.input(*shape), other(c, shape), *([c.constant(0.7)] if c.one(True, False) else [])])


@case("Pow")
def power(c, op):
    c.node(op, [c.input(*c.shape()), c.constant(c.one(2, 3, 1))])


@case("ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum")
def reduce(c, op):
    shape = c.shape(3, 5)
    count = c.number(1, len(shape) - 1)
    axes = sorted(int(a) for a in c.rng.choice(np.arange(1, len(shape)), count, replace=False))
    axes = [axis - len(shape) for axis in axes] if c.one(True, False) else axes
    x, keep = c.input(*shape), c.one(None, 0, 1)
    c.opset = c.one(11, 18)
    if c.opset == 18:
        return c.node(op, [x, c.ints(*axes)], keepdims=keep)
    c.node(op, [x], axes=axes, keepdims=keep)


@case("ArgMax")
def arg_max(c, op):
    shape = c.shape(3)
    c.node(op, [c.input(*shape)], "index", axis=c.number(1, len(shape) - 1), keepdims=c.one(None, 0, 1))
    c.node("Cast", ["index"], to=1)


def window(c, sizes, kernel, dilations):
    """Pads and strides of a window, or an automatic padding."""
    auto = c.one(None, None, None, "SAME_UPPER", "SAME_LOWER", "VALID")
    strides = c.one(None, [c.number(1, 3), c.number(1, 3)])
    if auto is not None:
        return {"auto_pad": auto, "strides": strides}
    pads = [c.number(0, k - 1) for k in kernel * 2]
    return {"pads": c.one(None, pads), "strides": strides}


@case("Conv")
def conv(c, op):
    group = c.one(1, 1, 2, 4)
    channels, outputs = 4 if group > 1 else c.number(1, 5), group * c.number(1, 3)
    kernel = [c.number(1, 3), c.number(1, 3)]
    dilations = c.one(None, [c.number(1, 2), c.number(1, 2)])
    sizes = [c.number(5, 8), c.number(5, 8)]
    inputs = [c.input(2, channels, *sizes), c.constant(c.values(outputs, channels // group, *kernel))]
    if c.one(True, False):
        inputs.append(c.constant(c.values(outputs)))
    more = window(c, sizes, kernel, dilations)
    if "auto_pad" in more:
        dilations = None
    c.node(op, inputs, kernel_shape=c.one(None, kernel), group=group if group > 1 else c.one(None, 1), dilations=dilations, **more)


@case("ConvTranspose")
def conv_transpose(c, op):
    group = c.one(1, 1, 2, 4)
    channels, per_group = 4 if group > 1 else c.number(1, 5), c.number(1, 3)
    kernel, strides = [c.number(1, 4), c.number(1, 4)], [c.number(1, 3), c.number(1, 3)]
    inputs = [c.input(2, channels, c.number(2, 5), c.number(2, 5)), c.constant(c.values(channels, per_group, *kernel))]
    if c.one(True, False):
        inputs.append(c.constant(c.values(group * per_group)))
    more = c.one(
        {"pads": [c.number(0, (k - 1) // 2) for k in kernel * 2]},
        {"output_padding": [c.number(0, s - 1) for s in strides]},
        {"auto_pad": c.one("VALID", "SAME_UPPER", "SAME_LOWER")} if all(k >= s for k, s in zip(kernel, strides)) else {},
        {},
    )
    c.node(op, inputs, kernel_shape=c.one(None, kernel), group=group if group > 1 else None, strides=strides, **more)


@case("MaxPool", "AveragePool")
def pool(c, op):
    kernel, sizes = [c.number(1, 3), c.number(1, 3)], [c.number(4, 8), c.number(4, 8)]
    own = {"count_include_pad": c.one(None, 0, 1)} if op == "AveragePool" else {}
    more = window(c, sizes, kernel, None)
    ceil = c.one(None, 0, 1) if "auto_pad" not in more else None
    c.node(op, [c.input(2, c.number(1, 4), *sizes)], kernel_shape=kernel, ceil_mode=ceil, **own, **more)


@case("GlobalAveragePool", "GlobalMaxPool")
def global_pool(c, op):
    c.node(op, [c.input(2, *(c.number(1, 6) for _ in range(3)))])


@case("BatchNormalization")
def batch_norm(c, op):
    shape = c.shape(2)
    statistics = [c.values(shape[1], low=0.2) for _ in range(4)]
    c.opset = 15
    c.node(op, [c.input(*shape), *map(c.constant, statistics)], epsilon=c.one(None, 0.001, 0.1))


@case("LayerNormalization")
def layer_norm(c, op):
    shape = c.shape(2)
    axis = c.number(1, len(shape) - 1)
    own = shape[axis:]
    more = [c.constant(c.values(*own)), *([c.constant(c.values(*own))] if c.one(True, False) else [])]
    c.node(op, [c.input(*shape), *more], axis=c.one(axis, axis - len(shape)), epsilon=c.one(None, 0.001))


@case("Gemm")
def gemm(c, op):
    channels, outputs = c.number(1, 6), c.number(1, 6)
    transposed = c.one(None, 0, 1)
    weights = c.values(*((outputs, channels) if transposed else (channels, outputs)))
    bias = [c.constant(c.values(*c.one((outputs,), (1, outputs), (1,), ())))] if c.one(True, False) else []
    alpha, beta = c.one(None, c.decimal(-1, 2)), c.one(None, c.decimal(-1, 2))
    c.node(op, [c.input(2, channels), c.constant(weights), *bias], transB=transposed, alpha=alpha, beta=beta)


@case("MatMul")
def mat_mul(c, op):
    m, k, n = (c.number(1, 5) for _ in range(3))
    batches = c.one((), (c.number(1, 3),), (c.number(1, 3), c.number(1, 3)))
    a = c.input(2, *batches, m, k)
    b = c.constant(c.values(k, n)) if c.one(True, False) else c.input(2, *batches, k, n, name="b")
    c.node(op, [a, b])


@case("Concat")
def concat(c, op):
    shape = c.shape(2)
    axis = c.number(1, len(shape) - 1)
    more = list(shape)
    more[axis] = c.number(1, 4)
    c.node(op, [c.input(*shape), c.input(*more, name="b")], axis=c.one(axis, axis - len(shape)))


@case("Split")
def split(c, op):
    shape = list(c.shape(2))
    axis = c.number(1, len(shape) - 1)
    sizes = [c.number(1, 3) for _ in range(c.number(2, 3))]
    kind = c.one("sizes", "attribute", "number")
    if kind == "number":
        shape[axis] = c.number(2, 7)
        sizes = [-(-shape[axis] // 2), shape[axis] // 2]
        inputs, more = [c.input(*shape)], {"num_outputs": 2}
    else:
        shape[axis] = sum(sizes)
        c.opset = 11 if kind == "attribute" else 13
        inputs = [c.input(*shape), *([c.ints(*sizes)] if kind == "sizes" else [])]
        more = {"split": sizes} if kind == "attribute" else {}
    names = [f"p{i}" for i in range(len(sizes))]
    c.node(op, inputs, outputs=names, axis=axis, **more)
    c.node("Concat", names[::-1], axis=axis)


@case("Slice")
def slices(c, op):
    shape = [2, *(c.number(2, 6) for _ in range(c.number(1, 3)))]
    axes = sorted(int(a) for a in c.rng.choice(np.arange(1, len(shape)), c.number(1, len(shape) - 1), replace=False))
    spans = []
    for axis in axes:
        low, high = sorted(int(i) for i in c.rng.choice(np.arange(shape[axis] + 1), 2, replace=False))
        step = c.one(1, 1, 2, -1, -2)
        start, end = (low, high) if step > 0 else (high - 1, low - 1 if low > 0 else -1000)
        spans.append((start, c.one(end, 2**40) if step > 0 else end, step))
    starts, ends, steps = (list(column) for column in zip(*spans))
    if all(step == 1 for step in steps) and c.one(True, False):
        c.opset = 9
        return c.node(op, [c.input(*shape)], starts=starts, ends=ends, axes=axes)
    c.node(op, [c.input(*shape), c.ints(*starts), c.ints(*ends), c.ints(*axes), c.ints(*steps)])


@case("Gather")
def gather(c, op):
    shape = c.shape(2)
    axis = c.number(1, len(shape) - 1)
    indices = c.rng.integers(-shape[axis], shape[axis], c.one((), (1,), (4,), (2, 3)))
    c.node(op, [c.input(*shape), c.constant(indices, np.int64)], axis=c.one(axis, axis - len(shape)))


@case("Expand")
def expand(c, op):
    shape = [2, *(c.one(1, 1, 3) for _ in range(c.number(1, 3)))]
    goal = [1, *(extent if extent > 1 else c.number(1, 4) for extent in shape[1:])]
    c.node(op, [c.input(*shape), c.ints(*goal)])


@case("Tile")
def tile(c, op):
    shape = c.shape(2)
    c.node(op, [c.input(*shape), c.ints(1, *(c.number(1, 3) for _ in shape[1:]))])


@case("Pad")
def pad(c, op):
    shape = [2, *(c.number(3, 5) for _ in range(c.number(1, 3)))]
    mode = c.one(None, "constant", "reflect", "edge")
    pads = [0 if i % len(shape) == 0 else c.number(0, 2) for i in range(2 * len(shape))]
    value = c.decimal(-1, 1)
    x = c.input(*shape)
    if c.one(True, False):
        c.opset = 10
        return c.node(op, [x], mode=mode, pads=pads, value=c.one(None, value))
    c.node(op, [x, c.ints(*pads), *([c.constant(value)] if c.one(True, False) else [])], mode=mode)


@case("Transpose")
def transpose(c, op):
    shape = c.shape(2, 5)
    c.node(op, [c.input(*shape)], perm=[0, *(int(a) for a in c.rng.permutation(np.arange(1, len(shape))))])


@case("Reshape")
def reshape(c, op):
    a, b, d = (c.number(1, 4) for _ in range(3))
    c.node(op, [c.input(2, a, b, d), c.ints(*c.one((0, -1), (-1, a * b * d), (0, 0, -1), (-1, b, a * d), (0, d, b, a)))])


@case("Flatten")
def flatten(c, op):
    c.node(op, [c.input(*c.shape(2))], axis=c.one(None, 1))


@case("Squeeze", "Unsqueeze")
def squeeze(c, op):
    c.opset = c.one(11, 13)
    axes = c.one([1], [2], [1, 3], [-1])
    shape = [2, *(c.number(2, 4) for _ in range(2))]
    if op == "Squeeze":
        shape = list(c.rng.permutation([1, 1, c.number(2, 4)]))
        axes = [i + 1 for i, extent in enumerate(shape) if extent == 1]
        shape = [2, *(int(extent) for extent in shape)]
    x = c.input(*shape)
    if c.opset == 13:
        return c.node(op, [x, c.ints(*axes)])
    c.node(op, [x], axes=axes)


@case("Resize")
def resize(c, op):
    sizes = [c.number(1, 5), c.number(1, 5)]
    x = c.input(2, c.number(1, 3), *sizes)
    mode = c.one("nearest", "linear")
    forms = ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"]
    attributes = {
        "mode": mode,
        "coordinate_transformation_mode": c.one(None, *forms),
        "nearest_mode": c.one(None, "round_prefer_floor", "round_prefer_ceil", "floor", "ceil") if mode == "nearest" else None,
    }
    if c.one(True, False):
        goal = [c.number(1, 8), c.number(1, 8)]
        c.inputs["x"] = c.inputs["x"][:1]
        if c.one(True, False):
            return c.node(op, [x, "", "", c.ints(*goal)], axes=[2, 3], **attributes)
        return c.node(op, [x, "", "", c.ints(1, c.inputs["x"].shape[1], *goal)], **attributes)
    c.node(op, [x, "", c.constant([1, 1, c.one(0.5, 1, 1.5, 2, 3), c.one(0.6, 1, 2, 2.5)])], **attributes)


@case("Upsample")
def upsample(c, op):
    c.opset = 9
    x = c.input(2, c.number(1, 3), c.number(1, 4), c.number(1, 4))
    c.node(op, [x, c.constant([1, 1, c.number(1, 3), c.number(1, 3)])], mode=c.one(None, "nearest", "linear"))


def scale_of(c):
    return c.constant(c.rng.uniform(0.02, 0.2))  # of many digits, so that no sum lies between two levels


def zero_of(c, type_):
    return c.constant(c.number(0, 200) if type_ == np.uint8 else c.number(-60, 60), type_)


@case("QuantizeLinear", "DequantizeLinear")
def quantize(c, _):
    shape, type_ = c.shape(2), c.one(np.uint8, np.int8)
    scale, zero = scale_of(c), c.one("", zero_of(c, type_))
    ends = [scale, zero] if zero else [scale]
    c.node("QuantizeLinear", [c.input(*shape), *ends], "q")
    c.node("DequantizeLinear", ["q", *ends])


@case("QuantizeLinear (integers)")
def quantize_to_integers(c, _):
    """Read by what does not know them as levels."""
    shape, type_ = c.shape(2), c.one(np.uint8, np.int8)
    zero = c.one("", zero_of(c, type_))
    c.node("QuantizeLinear", [c.input(*shape), scale_of(c), *([zero] if zero else [])], "q")
    c.node("Cast", ["q"], to=1)


def quantized_input(c, shape, name="x"):
    """An input, quantised: its three operands."""
    ends = [scale_of(c), zero_of(c, np.uint8)]
    c.node("QuantizeLinear", [c.input(*shape, name=name), *ends], f"{name}_q")
    return [f"{name}_q", *ends]


def dequantized(c, value, ends):
    c.node("DequantizeLinear", [value, *ends])


def levels(c, *shape):
    return c.constant(c.rng.integers(-100, 100, shape), np.int8)


@case("QLinearConv")
def q_linear_conv(c, op):
    channels, outputs, kernel = c.number(1, 4), c.number(1, 4), [c.number(1, 3), c.number(1, 3)]
    x = quantized_input(c, (2, channels, 6, 5))
    scales = c.constant(c.values(outputs, low=0.01, high=0.1)) if c.one(True, False) else scale_of(c)
    zeros = c.constant(np.zeros(outputs if c.constants[scales].ndim else ()), np.int8)
    ends = [c.constant(c.rng.uniform(0.3, 2)), zero_of(c, np.uint8)]
    bias = [c.constant(c.rng.integers(-500, 500, outputs), np.int32)] if c.one(True, False) else []
    weights = [levels(c, outputs, channels, *kernel), scales, zeros]
    pads = [c.number(0, k - 1) for k in kernel * 2]
    c.node(op, [*x, *weights, *ends, *bias], "r", pads=c.one(None, pads), strides=c.one(None, [2, 1]))
    dequantized(c, "r", ends)


@case("ConvInteger")
def conv_integer(c, op):
    channels, outputs = c.number(1, 4), c.number(1, 4)
    x, _, zero = quantized_input(c, (2, channels, 6, 5))
    c.node(op, [x, levels(c, outputs, channels, 3, 2), zero], "r", pads=c.one(None, [1, 0, 1, 1]))
    c.node("Cast", ["r"], to=1)


@case("MatMulInteger", "DynamicQuantizeLinear")
def mat_mul_integer(c, _):
    channels = c.number(1, 6)
    c.node("DynamicQuantizeLinear", [c.input(1, channels)], outputs=["q", "s", "z"])
    c.node("MatMulInteger", ["q", levels(c, channels, c.number(1, 5)), "z"], "r")
    c.node("Cast", ["r"], "f", to=1)
    c.node("Mul", ["f", "s"])


@case("QLinearAdd")
def q_linear_add(c, op):
    shape = c.shape(2)
    a, b = quantized_input(c, shape), quantized_input(c, shape, "b")
    ends = [scale_of(c), zero_of(c, np.uint8)]
    c.node(op, [*a, *b, *ends], "r", domain=MICROSOFT)
    dequantized(c, "r", ends)


@case("QGemm")
def q_gemm(c, op):
    channels, outputs, transposed = c.number(1, 6), c.number(1, 5), c.one(0, 1)
    x = quantized_input(c, (2, channels))
    weights = levels(c, *((outputs, channels) if transposed else (channels, outputs)))
    ends = [c.constant(c.rng.uniform(0.1, 1)), zero_of(c, np.uint8)]
    bias = c.constant(c.rng.integers(-500, 500, outputs), np.int32) if c.one(True, False) else ""
    c.node(op, [*x, weights, scale_of(c), c.constant(0, np.int8), bias, *ends], "r", domain=MICROSOFT, transB=transposed)
    dequantized(c, "r", ends)


@case("QLinearGlobalAveragePool")
def q_linear_pool(c, op):
    x = quantized_input(c, (2, c.number(1, 4), c.number(1, 5), c.number(1, 5)))
    ends = [scale_of(c), zero_of(c, np.uint8)]
    c.node(op, [*x, *ends], "r", domain=MICROSOFT, channels_last=0)
    dequantized(c, "r", ends)


def numbers(x):
    return {"shape": list(x.shape), "values": [float(f"{v:.7g}") for v in x.ravel().tolist()]}


found = []
for name, generate in GENERATORS.items():
    kept = 0
    for seed in itertools.count():
        c = Case(np.random.default_rng([zlib.crc32(name.encode()), seed]))
        generate(c, name)
        model = c.model().SerializeToString()
        try:
            session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
            [y] = session.run(["y"], c.inputs)
        except Exception as error:  # noqa: BLE001  attributes that do not go together
            print(f"{name} {seed}: {str(error)[:150]}")
            continue
        if not 0 < y.size <= 120 or not np.isfinite(y).all() or sum(x.size for x in c.inputs.values()) > 240:
            continue
        inputs = {key: numbers(x) for key, x in c.inputs.items()}
        about = f"{name} {kept}: {'; '.join(c.about)} (opset {c.opset})"
        found.append({"about": about, "model": base64.b64encode(model).decode(), "inputs": inputs, "output": numbers(y)})
        kept += 1
        if kept == CASES:
            break
file = pathlib.Path(__file__).with_suffix(".json")
lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in found)
file.write_text(f"[\n{lines}\n]\n")
print(f"{len(found)} cases of {len(GENERATORS)} operators, {file.stat().st_size} bytes")

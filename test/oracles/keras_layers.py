"""Models of one Keras layer each, twenty of every layer with its options varied, and what Keras computes:
test/oracles/keras_layers.json, for test/formats/keras/layers.test.ts. Two whole files too: keras_files.json.

Usage: pip install tensorflow-cpu keras h5py; python test/oracles/keras_layers.py [files]
"""

import base64
import json
import os
import random
import sys
import tempfile

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers as L  # noqa: E402

CASES = 20
HERE = os.path.dirname(os.path.abspath(__file__))
# Of a topology, what no reader needs.
DROPPED = ("_initializer", "_regularizer", "_constraint", "registered_name", "module", "dtype", "build_config")


class Draw:
    """A seeded source of options."""

    def __init__(self, word):
        self.random = random.Random(word)

    def number(self, low, high):
        return self.random.randint(low, high)

    def one(self, *choices):
        return self.random.choice(choices)

    def flag(self):
        return self.random.random() < 0.5

    def values(self, shape, low=-16, high=16):
        size = int(np.prod(shape))
        return np.array([self.number(low, high) / 8 for _ in range(size)], np.float32).reshape(shape)

    def image(self, low=3, high=7):
        return (self.number(low, high), self.number(low, high), self.number(1, 4))

    def row(self):
        return (self.number(4, 9), self.number(1, 4))

    def any(self):
        return tuple(self.number(1, 5) for _ in range(self.number(1, 3)))

    def some(self, **options):
        """Some of these options, so that defaults are met too."""
        return {name: value for name, value in options.items() if self.random.random() < 0.7}


ACTIVATIONS = (
    "elu exponential gelu hard_sigmoid hard_silu leaky_relu linear log_softmax mish relu relu6 selu sigmoid silu softmax "
    "softplus softsign tanh"
).split()


def steps(d, transposed=False):
    """Strides or dilations, never both."""
    kind = d.number(0, 2)
    if kind == 0:
        return {"strides": d.one(1, 2, (2, 2), (3, 1) if transposed else 2)}
    if kind == 1 and not transposed:
        return {"dilation_rate": d.one(2, (2, 2))}
    return {}


def conv(d, cls, **more):
    kernel = d.one(1, 2, 3, (2, 3), (3, 1))
    options = d.some(padding=d.one("valid", "same"), use_bias=d.flag(), activation=d.one(*ACTIVATIONS))
    step = steps(d)
    if "dilation_rate" in step or cls is not L.Conv2D:
        kernel = d.one(1, 2, 3)
    return cls(kernel_size=kernel, **more, **options, **step), [d.image(5, 8)]


def conv2d(d):
    layer, shapes = conv(d, L.Conv2D, filters=d.number(1, 5))
    return layer, shapes


def grouped(d):
    groups = d.number(1, 3)
    shape = (*d.image()[:2], groups * d.number(1, 2))
    options = d.some(padding=d.one("valid", "same"), strides=d.one(1, 2), use_bias=d.flag())
    return L.Conv2D(groups * d.number(1, 3), d.one(1, 2, 3), groups=groups, **options), [shape]


def depthwise(d):
    layer, shapes = conv(d, L.DepthwiseConv2D, **d.some(depth_multiplier=d.number(1, 3)))
    return layer, shapes


def separable(d):
    return conv(d, L.SeparableConv2D, filters=d.number(1, 5), **d.some(depth_multiplier=d.number(1, 3)))


def transpose(d):
    stride = d.number(1, 3)
    kernel = d.number(1, 4)
    options = d.some(padding=d.one("valid", "same"), use_bias=d.flag(), activation=d.one("relu", "tanh", "linear"))
    if d.flag() and stride > 1:
        options["output_padding"] = d.number(0, stride - 1)
    return L.Conv2DTranspose(d.number(1, 4), kernel, strides=stride, **options), [d.image()]


def conv1d(d):
    options = d.some(padding=d.one("valid", "same", "causal"), use_bias=d.flag(), activation=d.one(*ACTIVATIONS))
    step = d.one({}, {"strides": 2}, {"dilation_rate": 2})
    return L.Conv1D(d.number(1, 4), d.number(1, 3), **options, **step), [d.row()]


def depthwise1d(d):
    options = d.some(padding=d.one("valid", "same"), use_bias=d.flag(), strides=d.one(1, 2), depth_multiplier=d.number(1, 2))
    return L.DepthwiseConv1D(d.number(1, 3), **options), [d.row()]


def separable1d(d):
    options = d.some(padding=d.one("valid", "same"), use_bias=d.flag(), strides=d.one(1, 2), depth_multiplier=d.number(1, 2))
    return L.SeparableConv1D(d.number(1, 4), d.number(1, 3), **options), [d.row()]


def dense(d):
    return L.Dense(d.number(1, 5), **d.some(use_bias=d.flag(), activation=d.one(*ACTIVATIONS))), [d.any()]


def batch_norm(d):
    shape = d.any()
    options = d.some(axis=d.one(-1, d.number(1, len(shape))), epsilon=d.one(1e-5, 0.1), center=d.flag(), scale=d.flag())
    return L.BatchNormalization(**options), [shape]


def layer_norm(d):
    shape = tuple(d.number(2, 5) for _ in range(d.number(1, 3)))
    axes = sorted(d.random.sample(range(1, len(shape) + 1), d.number(1, len(shape))))
    options = d.some(axis=d.one(-1, axes), epsilon=d.one(1e-5, 0.1), center=d.flag(), scale=d.flag())
    return L.LayerNormalization(**options), [shape]


def normalization(d):
    shape = d.any()
    axis = d.one(-1, len(shape), None)
    extent = 1 if axis is None else shape[-1]
    if d.flag() or axis is None:
        numbers = lambda low: [d.number(low, 16) / 8 for _ in range(extent)]  # noqa: E731
        mean, variance = numbers(-16), numbers(0)
        if axis is None:
            mean, variance = mean[0], variance[0]
        return L.Normalization(axis=axis, mean=mean, variance=variance, invert=d.flag()), [shape]
    return L.Normalization(axis=axis, invert=d.flag()), [shape]


def rescaling(d):
    shape = d.image()
    scale = d.one(1 / 127.5, 0.5, [d.number(1, 8) / 4 for _ in range(shape[-1])])
    offset = d.one(0.0, -1.0, [d.number(-8, 8) / 4 for _ in range(shape[-1])])
    return L.Rescaling(scale, **d.some(offset=offset)), [shape]


def pool(cls, rows=False):
    def make(d):
        size = d.number(1, 3) if rows else d.one(1, 2, 3, (2, 3), (3, 1))
        options = d.some(strides=d.one(1, 2, 3), padding=d.one("valid", "same"))
        given = {} if cls is L.MaxPooling2D and d.flag() else {"pool_size": size}
        return cls(**given, **options), [d.row() if rows else d.image(3, 8)]

    return make


def global_pool(cls, rows=False):
    return lambda d: (cls(**d.some(keepdims=d.flag())), [d.row() if rows else d.image()])


def upsampling(d):
    options = d.some(size=d.one(2, 3, (1, 2), (3, 2)), interpolation=d.one("nearest", "bilinear"))
    return L.UpSampling2D(**options), [d.image(2, 4)]


def resizing(d):
    options = d.some(interpolation=d.one("bilinear", "nearest"), crop_to_aspect_ratio=d.flag())
    return L.Resizing(d.number(1, 8), d.number(1, 8), **options), [d.image(3, 8)]


def center_crop(d):
    shape = d.image(3, 8)
    return L.CenterCrop(d.number(1, shape[0]), d.number(1, shape[1])), [shape]


def margins(d, high):
    return d.one(d.number(0, high), (d.number(0, high), d.number(0, high)),
                 ((d.number(0, high), d.number(0, high)), (d.number(0, high), d.number(0, high))))


def zero_padding(d):
    return L.ZeroPadding2D(**d.some(padding=margins(d, 3))), [d.image()]


def cropping(d):
    return L.Cropping2D(margins(d, 2)), [d.image(6, 8)]


def relu(d):
    options = d.some(max_value=d.one(None, 1.0, 6.0, 0.5), negative_slope=d.one(0.0, 0.25), threshold=d.one(0.0, 0.0, 0.375))
    return L.ReLU(**options), [d.any()]


def prelu(d):
    shape = d.any()
    shared = [axis for axis in range(1, len(shape)) if d.flag()]
    return L.PReLU(**(d.some(shared_axes=d.one(shared or None, list(range(1, len(shape))) or None)))), [shape]


def softmax(d):
    shape = d.any()
    return L.Softmax(**d.some(axis=d.one(-1, d.number(1, len(shape))))), [shape]


def reshape(d):
    shape = d.image()
    target = d.one((-1,), (shape[0], -1), (-1, shape[2]), (1, shape[0] * shape[1], shape[2]), (shape[2], 1, -1))
    return L.Reshape(target), [shape]


def permute(d):
    shape = d.any()
    order = list(range(1, len(shape) + 1))
    d.random.shuffle(order)
    return L.Permute(tuple(order)), [shape]


def merge(cls, least=2, most=4, **options):
    def make(d):
        shape = d.any()
        shapes = [shape] * d.number(least, most)
        if d.flag() and len(shape) == 3:  # each channel's own number, as in squeeze and excitation
            shapes = [shape, (1, 1, shape[2])]
        return cls(**options), shapes

    return make


def concatenate(d):
    shape = d.any()
    axis = d.number(1, len(shape))
    shapes = [tuple(d.number(1, 4) if i == axis - 1 else n for i, n in enumerate(shape)) for _ in range(d.number(2, 3))]
    return L.Concatenate(**({} if axis == len(shape) and d.flag() else {"axis": d.one(axis, axis - len(shape) - 1)})), shapes


def training_only(cls, **options):
    return lambda d: (cls(**options), [(*d.image()[:2], 3)])


LAYERS = {
    "ActivityRegularization": training_only(L.ActivityRegularization, l1=0.5),
    "AlphaDropout": training_only(L.AlphaDropout, rate=0.5),
    "GaussianDropout": training_only(L.GaussianDropout, rate=0.5),
    "RandomBrightness": training_only(L.RandomBrightness, factor=0.5),
    "RandomColorDegeneration": training_only(L.RandomColorDegeneration, factor=0.5),
    "RandomColorJitter": training_only(L.RandomColorJitter, brightness_factor=0.5),
    "RandomContrast": training_only(L.RandomContrast, factor=0.5),
    "RandomErasing": training_only(L.RandomErasing),
    "RandomGrayscale": training_only(L.RandomGrayscale),
    "RandomHue": training_only(L.RandomHue, factor=0.5),
    "RandomPerspective": training_only(L.RandomPerspective),
    "RandomPosterization": training_only(L.RandomPosterization, factor=4),
    "RandomRotation": training_only(L.RandomRotation, factor=0.25),
    "RandomSaturation": training_only(L.RandomSaturation, factor=0.5),
    "RandomSharpness": training_only(L.RandomSharpness, factor=0.5),
    "RandomShear": training_only(L.RandomShear, x_factor=0.25, y_factor=0.25),
    "RandomTranslation": training_only(L.RandomTranslation, height_factor=0.25, width_factor=0.25),
    "RandomZoom": training_only(L.RandomZoom, height_factor=0.25),
    "SpatialDropout1D": lambda d: (L.SpatialDropout1D(0.5), [d.row()]),
    "Activation": lambda d: (L.Activation(d.one(*ACTIVATIONS)), [d.any()]),
    "Add": merge(L.Add),
    "Average": merge(L.Average),
    "AveragePooling1D": pool(L.AveragePooling1D, True),
    "AveragePooling2D": pool(L.AveragePooling2D),
    "BatchNormalization": batch_norm,
    "CenterCrop": center_crop,
    "Concatenate": concatenate,
    "Conv1D": conv1d,
    "Conv2D": conv2d,
    "Conv2D in groups": grouped,
    "Conv2DTranspose": transpose,
    "Cropping1D": lambda d: (L.Cropping1D(d.one(1, (0, 2), (1, 1))), [d.row()]),
    "Cropping2D": cropping,
    "Dense": dense,
    "DepthwiseConv1D": depthwise1d,
    "DepthwiseConv2D": depthwise,
    "Dropout": lambda d: (L.Dropout(0.5), [d.any()]),
    "ELU": lambda d: (L.ELU(**d.some(alpha=d.one(0.5, 1.5))), [d.any()]),
    "Flatten": lambda d: (L.Flatten(), [d.any()]),
    "GaussianNoise": lambda d: (L.GaussianNoise(0.5), [d.any()]),
    "GlobalAveragePooling1D": global_pool(L.GlobalAveragePooling1D, True),
    "GlobalAveragePooling2D": global_pool(L.GlobalAveragePooling2D),
    "GlobalMaxPooling1D": global_pool(L.GlobalMaxPooling1D, True),
    "GlobalMaxPooling2D": global_pool(L.GlobalMaxPooling2D),
    "LayerNormalization": layer_norm,
    "LeakyReLU": lambda d: (L.LeakyReLU(**d.some(negative_slope=d.one(0.125, 0.01))), [d.any()]),
    "MaxPooling1D": pool(L.MaxPooling1D, True),
    "MaxPooling2D": pool(L.MaxPooling2D),
    "Maximum": merge(L.Maximum),
    "Minimum": merge(L.Minimum),
    "Multiply": merge(L.Multiply),
    "Normalization": normalization,
    "PReLU": prelu,
    "Permute": permute,
    "RandomFlip": lambda d: (L.RandomFlip(), [d.image()]),
    "ReLU": relu,
    "RepeatVector": lambda d: (L.RepeatVector(d.number(1, 4)), [(d.number(1, 5),)]),
    "Rescaling": rescaling,
    "Reshape": reshape,
    "Resizing": resizing,
    "SeparableConv1D": separable1d,
    "SeparableConv2D": separable,
    "Softmax": softmax,
    "SpatialDropout2D": lambda d: (L.SpatialDropout2D(0.5), [d.image()]),
    "Subtract": merge(L.Subtract, 2, 2),
    "UpSampling1D": lambda d: (L.UpSampling1D(d.number(1, 3)), [d.row()]),
    "UpSampling2D": upsampling,
    "ZeroPadding1D": lambda d: (L.ZeroPadding1D(**d.some(padding=d.one(1, 2, (0, 2)))), [d.row()]),
    "ZeroPadding2D": zero_padding,
}


def plain(value):
    """A topology without what no reader needs."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if not k.endswith(DROPPED)}
    return [plain(v) for v in value] if isinstance(value, list) else value


def numbers(array):
    array = np.asarray(array, np.float32)
    return {"shape": list(array.shape), "values": [float(f"{v:.7g}") for v in array.reshape(-1).tolist()]}


def fill(model, d):
    """Numbers that are short in JSON; variances are above 0."""
    for variable in model.variables:
        if "seed" in variable.name or variable.name == "count":
            continue
        low = 1 if "variance" in variable.name else -16
        variable.assign(d.values(variable.shape, low))


def case(name, i):
    d = Draw(f"{name} {i}")
    keras.backend.clear_session()
    try:
        layer, shapes = LAYERS[name](d)
        inputs = [keras.Input(shape, name=f"input_{k}") for k, shape in enumerate(shapes)]
        model = keras.Model(inputs, layer(inputs if len(inputs) > 1 else inputs[0]))
    except ValueError:  # options that do not go together
        return case(name, f"{i}x")
    fill(model, d)
    if isinstance(layer, L.Normalization) and layer.input_mean is None:
        layer.finalize_state()
    xs = [d.values((1, *shape)) for shape in shapes]
    y = model(xs if len(xs) > 1 else xs[0], training=False)
    topology = json.loads(model.to_json())
    weights = {f"{layer.name}/{v.name}": numbers(v) for v in layer.variables if "seed" not in v.name and v.name != "count"}
    if any(not np.isfinite(np.asarray(v)).all() for v in [y]):
        return case(name, f"{i}x")
    return {
        "about": f"{name} {i}: {json.dumps(plain(topology['config']['layers'][-1]['config']))}",
        "topology": plain(topology),
        "weights": weights,
        "inputs": [numbers(x) for x in xs],
        "output": numbers(y),
    }


def whole_files():
    """One network as Keras 3 writes it: with a model in a model, layers called twice, and several outputs."""
    d = Draw("files")
    keras.backend.clear_session()
    inner_in = keras.Input((6, 5, 3), name="inner_input")
    h = L.Conv2D(3, 3, padding="same", activation="relu", name="inner_conv")(inner_in)
    h = L.BatchNormalization(name="inner_bn")(h)
    inner = keras.Model(inner_in, h, name="trunk")
    shared = L.Conv2D(3, 3, padding="same", activation="hard_sigmoid", name="shared")
    head = keras.Sequential([L.GlobalAveragePooling2D(), L.Dense(4, activation="softmax")], name="head")
    x = keras.Input((6, 5, 3), name="image")
    y = shared(inner(shared(L.Rescaling(1 / 8, name="rescaled")(x))))
    z = L.SeparableConv2D(5, 2, name="separable")(y)
    model = keras.Model(x, {"scores": head(z), "map": L.Activation("tanh", name="map")(y)}, name="whole")
    fill(model, d)
    given = d.values((1, 6, 5, 3))
    found = model(given, training=False)
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for name in ("whole.keras", "whole.h5", "only.weights.h5"):
            path = os.path.join(folder, name)
            (model.save_weights if name.startswith("only") else model.save)(path)
            with open(path, "rb") as file:
                files[name] = base64.b64encode(file.read()).decode()
    return {"files": files, "input": numbers(given), "outputs": {name: numbers(v) for name, v in found.items()}}


def write(name, value):
    with open(os.path.join(HERE, name), "w") as file:
        file.write(value + "\n")


write("keras_files.json", json.dumps(whole_files(), separators=(",", ":")))
if "files" not in sys.argv:
    cases = [case(name, i) for name in LAYERS for i in range(CASES)]
    write("keras_layers.json", "[\n" + ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases) + "\n]")
    print(f"{len(cases)} cases of {len(LAYERS)} kinds, by Keras {keras.__version__}")

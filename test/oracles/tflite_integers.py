"""Quantised networks of one layer each by Keras, TensorFlow's converter and its two runtimes: XNNPACK's kernels and
TensorFlow Lite's reference kernels. Writes test/oracles/tflite_integers.json, for test/kernels/quantized.test.ts.

Usage: pip install tensorflow-cpu keras; python -P test/oracles/tflite_integers.py
"""

import base64
import json
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers as L  # noqa: E402

SHAPE = (2, 7, 9, 6)
HERE = os.path.dirname(os.path.abspath(__file__))
RESOLVERS = {
    "float-half-even": tf.lite.experimental.OpResolverType.AUTO,
    "tflite-double": tf.lite.experimental.OpResolverType.BUILTIN_REF,
}


def conv(*args, **options):
    return L.Conv2D(*args, bias_initializer="random_normal", **options)


def depthwise(*args, **options):
    return L.DepthwiseConv2D(*args, bias_initializer="random_normal", **options)



NETWORKS = {
    "conv 3x3, stride 2, relu6": conv(5, 3, strides=2, padding="same", activation="relu6"),
    "conv 5x3, dilation 2": conv(4, (3, 2), dilation_rate=2, padding="valid"),
    "conv 3x3, groups": conv(6, 3, groups=3, padding="same"),
    "pointwise": conv(9, 1),
    "depthwise 3x3": depthwise(3, padding="same"),
    "depthwise 3x3, stride 2, relu": depthwise(3, strides=2, padding="same", activation="relu"),
    "depthwise 5x5, multiplier 2": depthwise(5, depth_multiplier=2, padding="same"),
    "dense": lambda x: L.Dense(7, bias_initializer="random_normal")(L.Flatten()(x)),
    "average pool": L.AveragePooling2D(2),
    "average pool, same": L.AveragePooling2D(3, strides=2, padding="same"),
    "max pool, same": L.MaxPooling2D(3, strides=2, padding="same"),
    "mean": L.GlobalAveragePooling2D(),
    "mean, kept": L.GlobalAveragePooling2D(keepdims=True),
    "add": lambda x: L.Add()([x, depthwise(1)(x)]),
    "add, relu": lambda x: L.Activation("relu")(L.Add()([x, depthwise(1)(x)])),
    "subtract": lambda x: L.Subtract()([x, depthwise(1)(x)]),
    "multiply": lambda x: L.Multiply()([x, depthwise(1)(x)]),
    "multiply, per channel": lambda x: L.Multiply()([x, conv(6, (7, 9))(x)]),
    "concatenate": lambda x: L.Concatenate()([x, depthwise(1)(x)]),
    "pad": L.ZeroPadding2D(((1, 2), (0, 3))),
    "crop": L.Cropping2D(((1, 2), (0, 3))),
    "bilinear": lambda x: keras.ops.image.resize(x, (14, 18)),
    "bilinear, smaller": lambda x: keras.ops.image.resize(x, (4, 11)),
    "nearest": lambda x: keras.ops.image.resize(x, (14, 18), interpolation="nearest"),
    "softmax": lambda x: L.Softmax()(x * 8.0),
    "logistic": L.Activation("sigmoid"),
    "tanh": L.Activation("tanh"),
    "hard swish": L.Activation("hard_swish"),
    "relu": L.Activation("relu"),
    "relu6": L.Activation("relu6"),
    "leaky relu": L.LeakyReLU(negative_slope=0.2),
    "block of V3": lambda x: L.Multiply()(
        [x, L.Activation("hard_sigmoid")(conv(6, 1)(L.GlobalAveragePooling2D(keepdims=True)(x)))]
    ),
}


# What depends on scales in ways that one pair of them seldom shows.
SEEDS = {name: 8 for name in ("mean", "add", "subtract", "multiply", "hard swish", "leaky relu")}


def converted(network, draw, shape=SHAPE, input_type=tf.int8):
    x = keras.Input(batch_shape=shape)
    model = keras.Model(x, network(x))
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    spread = draw.uniform(0.5, 4)
    samples = [draw.normal(0, spread, shape).astype(np.float32) for _ in range(8)]
    converter.representative_dataset = lambda: ([sample] for sample in samples)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type, converter.inference_output_type = input_type, tf.int8
    return converter.convert()


def run(content, resolver, x):
    interpreter = tf.lite.Interpreter(model_content=content, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def quantized():
    """Real numbers that a network quantises, half of them in the middle of two integers."""
    shape, cases = (1, *SHAPE[1:]), []
    for seed in range(4):
        draw = np.random.default_rng(seed)
        content = converted(L.ZeroPadding2D(((0, 1), (0, 0))), draw, shape, tf.float32)
        output = tf.lite.Interpreter(model_content=content).get_output_details()[0]
        scale, zero = (np.float32(output["quantization_parameters"][key][0]) for key in ("scales", "zero_points"))
        q = draw.integers(-150, 150, shape)
        x = ((q + draw.choice([0.5, draw.random()], shape) - zero) * scale).astype(np.float32)
        # Rows of the padding follow the image's.
        outputs = {rule: encoded(run(content, resolver, x).reshape(-1)[: x.size]) for rule, resolver in RESOLVERS.items()}
        cases.append({"scale": float(scale), "zeroPoint": int(zero), "input": encoded(x), "outputs": outputs})
    return cases


def encoded(array):
    return base64.b64encode(array.tobytes()).decode()


def main():
    cases = []
    for name, network in NETWORKS.items():
        for seed in range(SEEDS.get(name, 1)):
            keras.utils.set_random_seed(seed)
            draw = np.random.default_rng(seed)
            content = converted(network, draw)
            x = draw.integers(-128, 128, SHAPE).astype(np.int8)
            outputs = {rule: encoded(run(content, resolver, x)) for rule, resolver in RESOLVERS.items()}
            file = base64.b64encode(content).decode()
            cases.append({"name": f"{name}, seed {seed}", "file": file, "input": encoded(x), "outputs": outputs})
    with open(os.path.join(HERE, "tflite_integers.json"), "w") as file:
        json.dump({"networks": cases, "quantized": quantized()}, file, separators=(",", ":"))
        file.write("\n")
    print(f"{len(cases)} networks by TensorFlow {tf.__version__}")


if __name__ == "__main__":
    main()

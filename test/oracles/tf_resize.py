"""Images by tf.image.resize, bilinear without antialiasing: test/oracles/tf_resize.json, for test/image/prepare.test.ts.

Usage: pip install tensorflow-cpu; python -P test/oracles/tf_resize.py
"""

import json
import os
import random

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

draw = random.Random(5)
cases = []
for shape, size in (((7, 5, 3), (3, 4)), ((4, 9, 1), (8, 3)), ((1, 6, 3), (2, 2)), ((12, 12, 3), (5, 5)), ((3, 3, 3), (9, 7))):
    image = np.array([draw.randint(0, 255) for _ in range(int(np.prod(shape)))], np.float32).reshape(shape)
    y = tf.image.resize(image, size).numpy()
    cases.append(
        {
            "shape": shape,
            "size": size,
            "image": [int(v) for v in image.reshape(-1)],
            "values": [float(f"{v:.8g}") for v in y.reshape(-1).tolist()],
        }
    )
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tf_resize.json")
with open(path, "w") as file:
    json.dump(cases, file, separators=(",", ":"))
    file.write("\n")
print(f"{len(cases)} cases by TensorFlow {tf.__version__}")

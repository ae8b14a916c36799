"""Names and shapes of transformers' MobileNets, and what they answer with weights that a formula gives:
test/oracles/transformers.json, for test/formats/names/transformers.test.ts.

Usage: pip install torch transformers; python -P test/oracles/transformers_models.py (-P: torchvision.py beside it is another)
"""

import json
import os

import numpy as np
import torch
from transformers import (
    MobileNetV1Config,
    MobileNetV1ForImageClassification,
    MobileNetV2Config,
    MobileNetV2ForImageClassification,
)


def spread(count, seed):
    """Numbers from 0 to 1 that any language gives alike: a hash of 32 bits, multiplied and shifted twice."""
    x = (np.arange(count, dtype=np.uint64) * 2654435761 + seed * 40503) % 2**32
    x = (x ^ (x >> np.uint64(15))) * 2246822519 % 2**32
    x = (x ^ (x >> np.uint64(13))) * 3266489917 % 2**32
    return (x ^ (x >> np.uint64(16))).astype(np.float64) / 2**32


def filled(name, shape, seed):
    u = spread(int(np.prod(shape)), seed).reshape(shape)
    if name.endswith("running_var"):
        return 0.5 + u
    if len(shape) > 1:
        return (2 * u - 1) * np.sqrt(6 / np.prod(shape[1:]))
    return 0.75 + u / 2 if name.endswith("normalization.weight") else (u - 0.5) / 4


def model(name, make, config):
    network = make(config).eval()
    state = network.state_dict()
    listed = [(key, list(value.shape)) for key, value in state.items()]
    for seed, (key, shape) in enumerate(listed):
        if not key.endswith("num_batches_tracked"):
            state[key] = torch.tensor(filled(key, shape, seed), dtype=torch.float32)
    network.load_state_dict(state)
    size = config.image_size
    image = torch.tensor(spread(3 * size * size, 7).reshape(1, 3, size, size) * 2 - 1, dtype=torch.float32)
    with torch.no_grad():
        logits = network(image).logits[0].tolist()
    return {"name": name, "size": size, "tensors": listed, "logits": [float(f"{v:.7g}") for v in logits]}


common = {"image_size": 96, "num_labels": 5}
models = [
    model("mobilenet_v1_0.25_96", MobileNetV1ForImageClassification, MobileNetV1Config(depth_multiplier=0.25, **common)),
    model("mobilenet_v2_0.35_96", MobileNetV2ForImageClassification, MobileNetV2Config(depth_multiplier=0.35, **common)),
]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "transformers.json")
with open(path, "w") as file:
    json.dump(models, file, separators=(",", ":"))
    file.write("\n")
print([one["logits"] for one in models])

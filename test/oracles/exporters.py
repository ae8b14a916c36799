"""Exports networks of torchvision and timm, with seeded random weights, as PyTorch's two exporters write them, and what
onnxruntime computes. Into a folder of its own: the files are not committed.

Needs torch, torchvision, timm, onnx, onnxscript, onnxruntime, safetensors. Usage: python3 test/oracles/exporters.py FOLDER [NAME…]
[SIZE]; SIZE is that of the images, else small ones
"""
import json
import pathlib
import sys
import warnings

sys.path.pop(0)  # this folder has a torchvision.py of its own
import numpy as np
import onnxruntime
import torch

warnings.filterwarnings("ignore")
try:
    import torchvision
except RuntimeError:  # a build without its own operators: those networks here need none
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision
import timm

TORCHVISION = """mobilenet_v2 mobilenet_v3_small mobilenet_v3_large mnasnet0_5 mnasnet1_0 efficientnet_b0 shufflenet_v2_x0_5
shufflenet_v2_x1_0 squeezenet1_0 squeezenet1_1 densenet121 googlenet inception_v3 resnet18 resnet50 resnext50_32x4d regnet_y_400mf
vgg11_bn convnext_tiny""".split()
SEGMENTATION = "lraspp_mobilenet_v3_large deeplabv3_mobilenet_v3_large".split()
TIMM = """mobilenetv1_100 mobilenetv4_conv_small mobilenetv4_hybrid_medium efficientnet_lite0 ghostnet_100 mixnet_s rexnet_100 mobilevit_xxs
mobileone_s0 hardcorenas_a tinynet_e fbnetc_100""".split()


def networks():
    for name in TORCHVISION:
        size = 299 if name == "inception_v3" else 96
        options = {"init_weights": False, "aux_logits": False} if name in ("googlenet", "inception_v3") else {}
        yield name, size, lambda name=name, options=options: torchvision.models.get_model(name, weights=None, **options)
    for name in SEGMENTATION:
        yield name, 96, lambda name=name: Only(torchvision.models.get_model(name, weights=None, weights_backbone=None))
    for name in TIMM:
        yield name, 128 if "vit" in name else 96, lambda name=name: timm.create_model(name, pretrained=False)


class Only(torch.nn.Module):
    """The first of several outputs."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network(x)["out"]


def settled(network):
    """Statistics of batch norm as if trained, so that values neither vanish nor explode."""
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return network.eval()


folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
wanted = [word for word in sys.argv[2:] if not word.isdigit()]
sizes = [int(word) for word in sys.argv[2:] if word.isdigit()]
for name, size, make in networks():
    if wanted and name not in wanted:
        continue
    size = sizes[0] if sizes else size
    torch.manual_seed(1)
    network = settled(make())
    x = torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(2))
    for kind in ("script", "dynamo"):
        path = folder / f"{name}.{kind}.onnx"
        try:
            with torch.no_grad():
                torch.onnx.export(network, (x,), str(path), dynamo=kind == "dynamo", external_data=False, verbose=False)
            session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
            outputs = session.run(None, {session.get_inputs()[0].name: x.numpy()})
        except Exception as error:  # noqa: BLE001  what an exporter cannot write is not ours to read
            print(f"{name}.{kind}: not written ({str(error).splitlines()[0][:100]})", flush=True)
            path.unlink(missing_ok=True)
            continue
        names = [one.name for one in session.get_outputs()]
        np.savez(path.with_suffix(".npz"), **{"input": x.numpy(), **dict(zip(names, outputs))})
        print(f"{name}.{kind}: {path.stat().st_size} bytes", flush=True)
(folder / "about.json").write_text(json.dumps({"torch": torch.__version__, "onnxruntime": onnxruntime.__version__}))

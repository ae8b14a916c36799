"""Writes src/data/imagenetClasses.ts: the 1000 ImageNet class names, in the order of the classes.

Needs Debian's python3-torchvision (BSD-3-Clause), whose torchvision.models._meta has the list.
Usage: /usr/bin/python3 test/oracles/imagenet_classes.py > src/data/imagenetClasses.ts
"""
import importlib.util
import json
import pathlib

root = pathlib.Path(importlib.util.find_spec("torchvision").origin).parent
namespace = {}
exec((root / "models" / "_meta.py").read_text(), namespace)
names = namespace["_IMAGENET_CATEGORIES"]
assert len(names) == 1000

print("/**")
print(" * @file The 1000 ImageNet class names, written by test/oracles/imagenet_classes.py from torchvision's list.")
print(" *")
print(" * A network with 1001 classes has the background first: its class i is number i - 1 here.")
print(" */")
print("export const IMAGENET_CLASSES: readonly string[] = [")
for name in names:
    print(f"  {json.dumps(name)},")
print("];")

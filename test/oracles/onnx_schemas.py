"""Writes test/oracles/onnx_schemas.json: what ONNX's operators know in the opset that exportOnnx writes.

Needs the package onnx (Debian's python3-onnx or PyPI's). Usage: python3 test/oracles/onnx_schemas.py
"""
import json
import pathlib

import onnx

OPSET = 14
OPERATORS = """Abs Add ArgMax AveragePool BatchNormalization Cast Clip Concat Conv ConvTranspose DequantizeLinear Div Elu Erf Exp Expand Gather Gemm
GlobalAveragePool HardSigmoid HardSwish Identity LeakyRelu Log MatMul Max MaxPool Min Mul Neg PRelu Pad QuantizeLinear Reciprocal ReduceMax
ReduceMean ReduceMin ReduceSum Relu Reshape Resize Round Sigmoid Shape Slice Softmax Sqrt Sub Tanh Tile Transpose""".split()

operators = {}
for name in OPERATORS:
    schema = onnx.defs.get_schema(name, OPSET, "")
    attributes = {key: str(attribute.type).split(".")[-1] for key, attribute in sorted(schema.attributes.items())}
    operators[name] = {"inputs": [schema.min_input, schema.max_input], "attributes": attributes}
path = pathlib.Path(__file__).with_suffix(".json")
lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(schema)}" for name, schema in operators.items())
path.write_text(f'{{\n  "opset": {OPSET},\n  "operators": {{\n{lines}\n  }}\n}}\n')
print(f"{len(operators)} operators")

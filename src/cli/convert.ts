/** @file `separable convert`: weights from one file into another, under a graph's names. */

import { writeNpz } from "../weights/npz/npz.ts";
import { exportOnnx } from "../weights/onnx/export.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { type Command, readArguments, UsageError } from "./command.ts";
import { checkNew, checkWritable, writeWhole } from "./files.ts";
import { type Network, preparationMetadata, readNetwork } from "./network.ts";
import { shapeIn } from "./shape.ts";
import { integer, print, printJson, size } from "./terminal.ts";

const KINDS = ["safetensors", "onnx", "npz"] as const;

const HELP = `Usage: separable convert IN OUT [--model NAME] [--shape N] [--force] [--json]

Reads a network's weights from IN (safetensors, a TensorFlow.js model.json, ONNX or .npz) and writes them to OUT:

  .safetensors  weights under a graph's names, with the model's name
  .onnx         the whole network, opset 14: Netron shows it, onnxruntime runs it
  .npz          weights under a graph's names, for NumPy

  --model NAME  where the names and shapes do not tell: also the resolution of the ONNX network
  --shape N     of an ONNX model's input where it leaves sizes open, e.g. 1x3x224x224
  --force       replaces OUT
  --json        what was written, as JSON`;

export const convert: Command = {
  name: "convert",
  summary: "weights of one format into another, or a network into ONNX",
  help: HELP,
  run: async (args) => {
    const options = {
      model: { type: "string" },
      shape: { type: "string" },
      force: { type: "boolean" },
      json: { type: "boolean" },
    } as const;
    const given = readArguments("convert", args, options, 2);
    const [from, to] = given.positionals;
    if (from === undefined || to === undefined) throw new UsageError("convert: needs IN and OUT");
    const kind = KINDS.find((one) => to.toLowerCase().endsWith(`.${one}`));
    if (kind === undefined) {
      throw new UsageError(`convert: ${to} ends in none of ${KINDS.map((one) => `.${one}`).join(", ")}`);
    }
    await checkNew("convert", to, given.flag("force"));
    await checkWritable(to);
    const network = await readNetwork("convert", from, given.text("model"), shapeIn("convert", given));
    const { graph, weights, about } = network;
    const bytes = encode(kind, network);
    await writeWhole(to, bytes);
    const numbers = [...weights.values()].reduce((sum, tensor) => sum + tensor.size, 0);
    const result = { from, to, read: about, model: graph.name, tensors: weights.size, numbers, bytes: bytes.length };
    if (given.flag("json")) printJson(result);
    else {
      print(`${from}: ${about}, ${graph.name}`);
      print(`${to}: ${integer(weights.size)} tensors of ${integer(numbers)} numbers, ${size(bytes.length)}`);
    }
    return 0;
  },
};

function encode(kind: (typeof KINDS)[number], { graph, weights, labels, preparation }: Network): Uint8Array {
  const metadata = { model: graph.name, ...preparationMetadata(preparation), classes: JSON.stringify(labels) };
  switch (kind) {
    case "safetensors":
      return writeSafetensors(weights, metadata);
    case "onnx":
      return exportOnnx(graph, weights, metadata);
    case "npz": {
      const arrays = [...weights].map(
        ([name, tensor]) => [name, { shape: tensor.shape, data: tensor.toFloat32Array() }] as const,
      );
      return writeNpz(new Map(arrays));
    }
  }
}

/** @file `separable convert`: weights of one file in another format, under a graph's names. */

import { basename, dirname, join } from "node:path";
import type { Format, WritableModel } from "../../formats/format.ts";
import { WRITABLE } from "../../formats/formats.ts";
import { isByName } from "../../formats/names/metadata.ts";
import { tfjs } from "../../formats/tfjs/format.ts";
import { weightsFor } from "../../formats/write.ts";
import { approximationReport } from "../../report/approximation.ts";
import { integer, size } from "../../report/forms/numbers.ts";
import { renderText } from "../../report/forms/text.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { type Command, command } from "../command.ts";
import { recordOf } from "../convert/recordOf.ts";
import { checkSeparation, SEPARATION, separated } from "../convert/separate.ts";
import { modelAsFile, type Network, networkFrom } from "../input/network.ts";
import { preparationWords } from "../input/preparationWords.ts";
import { flag, text } from "../options/option.ts";
import { described, NETWORK } from "../options/shared.ts";
import { checkNew, checkWritable, writeWhole } from "../terminal/files.ts";
import { print, printJson, screen, tell } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

export const convert: Command = command({
  name: "convert",
  summary: "convert weights or a network to another format",
  usage: "IN OUT",
  maxOperands: 2,
  about: `Reads a network from IN (safetensors, a TensorFlow.js model.json, Keras' .h5 or .keras, ONNX, .tflite, .npz, or a graph as
JSON or a model's name, whose weights are random) and writes it to OUT:

  .safetensors  weights under a graph's names, with the model's name or its graph
  .onnx         the whole network, opset 14: Netron shows it, onnxruntime runs it
  .tflite       the whole network, for TensorFlow Lite
  model.json    the whole network, for TensorFlow.js, with weights.bin beside it
  .npz          weights under a graph's names, for NumPy
  .json         by any other name: the graph alone

With --separable, standard convolutions become depthwise and pointwise ones with the closest weights.`,
  options: {
    model: text("NAME", "the model, if names and shapes do not determine it; also sets the resolution of the network"),
    ...NETWORK,
    output: described(NETWORK.output, "keeps one output of a file with several; default all"),
    ...SEPARATION,
    force: flag("overwrites OUT"),
    json: flag("prints a summary as JSON"),
  },
  run: async (given) => {
    const [from, to] = given.operands;
    if (from === undefined || to === undefined) throw new UsageError("convert: needs IN and OUT");
    const format = formatOf(to);
    const { force, json, separable } = given.options;
    checkSeparation("convert", given.typed);
    for (const path of format === tfjs ? [to, besideOf(to, WEIGHTS)] : [to]) {
      await checkNew("convert", path, force);
      await checkWritable(path, force);
    }
    const read = await networkFrom("convert", { ...given.options, weights: modelAsFile(from) });
    const made = separable ? await separated("convert", read, given.options) : null;
    const network = made?.network ?? read;
    const { graph, about } = network;
    const weights = weightsFor("convert", format, network.weights);
    const files = await filesOf(format, to, { graph, weights, metadata: recordOf(network) });
    for (const [path, bytes] of files) await writeWhole(path, bytes);
    const written = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    const numbers = [...weights.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const result = {
      from,
      to,
      read: about,
      model: graph.name,
      tensors: weights.size,
      numbers,
      bytes: written,
      ...(made && { approximation: made.summary }),
    };
    const note = leftOut(format, separable ? null : from, network);
    if (made?.summary.moved) tell(preparationWords(network.graph, network.preparation, network.isGuessed));
    if (note !== null) tell(`${to}: ${note}`);
    if (json) printJson(result);
    else {
      print(`${from}: ${about}, ${read.graph.name}`);
      if (made) print(`\n${renderText(approximationReport(made.summary), screen())}\n`);
      const what = format.holds.includes("weights")
        ? `${integer(weights.size)} tensors of ${integer(numbers)} numbers`
        : "a graph";
      print(`${to}: ${what}, ${size(written)}`);
    }
    return 0;
  },
});

/** The other file of a TensorFlow.js model. */
const WEIGHTS = "weights.bin";

function besideOf(path: string, name: string): string {
  return join(dirname(path), name);
}

/** Chooses the format by the name of the file: model.json is TensorFlow.js'. */
function formatOf(to: string): Format {
  if (basename(to).toLowerCase() === "model.json") return tfjs;
  const format = WRITABLE.find(({ extension }) => to.toLowerCase().endsWith(extension));
  if (format !== undefined) return format;
  throw new UsageError(`convert: ${to} ends in none of ${WRITABLE.map(({ extension }) => extension).join(", ")}`);
}

/** The files to write, by path: the weights first, so that no model is ever without them. */
async function filesOf(format: Format, to: string, model: WritableModel): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = await format.writeFiles?.(model);
  if (files === undefined) return new Map([[to, (await format.write?.(model)) as Uint8Array]]);
  const paths = [...files].map(([name, bytes]) => [name === "model.json" ? to : besideOf(to, name), bytes] as const);
  return new Map(paths.reverse());
}

/**
 * Returns a note on what the new file cannot record, or null.
 *
 * @param from the file that has everything; null if there is none
 */
function leftOut({ name, holds }: Format, from: string | null, network: Network): string | null {
  const { graph, preparation } = network;
  const another = "an .onnx or .safetensors file takes both";
  if (!holds.includes("weights")) return `the graph alone; ${from === null ? another : `the weights stay in ${from}`}`;
  if (holds.includes("network")) return null;
  if (!isByName(graph)) {
    return from === null
      ? `weights only; ${another}`
      : `weights only: the network itself stays in ${from}, or goes into an .onnx file`;
  }
  const { fit, normalization } = preparation;
  return `.${name} keeps names and numbers only; the rest is --model ${graph.name} --fit ${fit} --normalize ${normalization}`;
}

/** @file `separable quantize`: a trained network in eight bits. */
import { WRITABLE } from "../../formats/formats.ts";
import { writeModel } from "../../formats/write.ts";
import { realTensors } from "../../graph/quantized/real.ts";
import { quantizeNetwork } from "../../quantize/quantizeNetwork.ts";
import { CALIBRATIONS } from "../../quantize/ranges.ts";
import { integer, percent, size } from "../../report/forms/numbers.ts";
import { table } from "../../report/forms/table.ts";
import type { Weight } from "../../tensor/weight.ts";
import { type Command, command } from "../command.ts";
import { recordOf } from "../convert/recordOf.ts";
import { calibrationImages } from "../input/calibrationImages.ts";
import { modelAsFile, networkFrom } from "../input/network.ts";
import { integer as count, flag, text, word } from "../options/option.ts";
import type { Given } from "../options/parse.ts";
import { JSON_FLAG, NETWORK } from "../options/shared.ts";
import { accuracyOf } from "../quantize/accuracyOf.ts";
import { bitsTable, renderBits } from "../quantize/bitsTable.ts";
import { checkNew, checkWritable, writeWhole } from "../terminal/files.ts";
import { print, printJson, progress, screen, tell } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

/** The formats that hold integer networks with their weights. */
const FORMATS = WRITABLE.filter(({ writesIntegers, holds }) => writesIntegers && holds.includes("weights"));

const OPTIONS = {
  model: text("NAME", "the model, if names and shapes do not determine it"),
  ...NETWORK,
  data: text("FOLDER", "images like those the network will see, with or without sub-folders by class; or IDX files"),
  images: count("N", [1], 100, "maximum number of images, default 100"),
  type: word(
    "TYPE",
    ["int8", "uint8"],
    undefined,
    "of the values between layers; default int8 for .tflite, uint8 for .onnx, as their runtimes expect",
  ),
  per: word(
    "WHAT",
    ["channel", "tensor"],
    "channel",
    "channel: one scale per output channel (default); tensor: one scale per filter",
  ),
  calibrate: word(
    "HOW",
    CALIBRATIONS,
    "minmax",
    "levels that cover all numbers, or all but the outermost ten-thousandth; default minmax",
  ),
  bits: count("N", [2, 8], 8, "bits of the filters' integers, 2 to 8, default 8; values keep eight"),
  sweep: flag("writes nothing; prints a table for 8 to 2 bits, with one scale per channel and with a single scale"),
  force: flag("overwrites OUT"),
  json: JSON_FLAG,
};

type QuantizeGiven = Given<typeof OPTIONS>;
type QuantizeValues = QuantizeGiven["options"];

export const quantize: Command = command({
  name: "quantize",
  summary: "convert a trained network to eight bits, as .tflite or .onnx",
  usage: ["IN OUT [--data FOLDER]", "IN --sweep [--data FOLDER]"],
  maxOperands: 2,
  about: `Converts a trained network to integers: batch norm is folded, each value gets levels that cover its range on some images, and
weights are rounded. IN as for separable convert; fashion: the network in the package, with its images. OUT: .tflite or
.onnx. Prints the loss of each layer as signal-to-noise ratio: at 20 dB the error is a tenth of the signal, at 40 dB a
hundredth. If FOLDER has IDX files with test images, or one sub-folder per class of a network that takes pixel / 255, also
prints the accuracy before and after.`,
  options: OPTIONS,
  run: async (given) => {
    const { options } = given;
    const [from, to] = given.operands;
    if (options.sweep) return sweep(given);
    if (from === undefined || to === undefined) throw new UsageError("quantize: needs IN and OUT");
    const format = FORMATS.find(({ extension }) => to.toLowerCase().endsWith(extension));
    if (format === undefined) {
      throw new UsageError(`quantize: ${to} ends in none of ${FORMATS.map(({ extension }) => extension).join(", ")}`);
    }
    const { per, calibrate, bits, force, json, type = format.name === "onnx" ? "uint8" : "int8" } = options;
    await checkNew("quantize", to, force);
    await checkWritable(to, force);
    const { network, weights, images, test } = await opened(options, from);
    const onProgress = (done: number, all: number): void => progress(`image ${done} of ${all}`);
    const made = await quantizeNetwork(network.graph, weights, images, { type, per, calibrate, bits, onProgress });
    progress("");
    const accuracy = test && { before: await accuracyOf(network, test), after: await accuracyOf(made, test) };
    const bytes = await writeModel(made.graph, made.weights, format.name as "tflite" | "onnx", recordOf(network));
    await writeWhole(to, bytes);
    const before = bytesOf(weights);
    const after = bytesOf(made.weights);
    if (json) {
      const result = { from, to, model: made.graph.name, images: images.shape[0], type, per, calibrate, bits };
      printJson({
        ...result,
        losses: made.losses,
        real: made.real,
        accuracy,
        weights: { before, after },
        bytes: bytes.length,
      });
      return 0;
    }
    const columns = [{ title: "layer" }, { title: "operation", align: "left" } as const, { title: "signal / noise" }];
    print(`${from}: ${network.about}, ${network.graph.name}; ${integer(images.shape[0])} images\n`);
    const rows = made.losses.map(({ name, op, decibels }) => [name, op, `${decibels.toFixed(1)} dB`]);
    print(table(columns, rows, screen()));
    if (made.real.length > 0) print(`\nreal numbers: ${made.real.join(", ")}`);
    if (accuracy) print(`\nright before: ${percent(accuracy.before, 2)}, after: ${percent(accuracy.after, 2)}`);
    print(`\n${to}: weights of ${size(after)} instead of ${size(before)}; ${size(bytes.length)}`);
    return 0;
  },
});

function bytesOf(weights: ReadonlyMap<string, Weight>): number {
  return [...weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
}

/** Loads the network, its weights, and the images that it is quantised and tested with. */
async function opened(options: QuantizeValues, from: string) {
  const network = await networkFrom("quantize", { ...options, weights: modelAsFile(from) });
  if (!network.hasWeights) tell(`quantize: ${network.source} has no weights; random ones are quantised`);
  const weights = realTensors("quantize", network.weights);
  return { network, weights, ...(await calibrationImages(network, options.data, options.images)) };
}

/** Prints what fewer bits cost. */
async function sweep({ operands: [from, to], options, typed }: QuantizeGiven): Promise<number> {
  if (from === undefined) throw new UsageError("quantize: needs IN");
  if (to !== undefined) throw new UsageError(`quantize: --sweep writes nothing, unexpected ${JSON.stringify(to)}`);
  const chosen = ["type", "per", "bits", "force"].find((name) => typed.has(name));
  if (chosen !== undefined) throw new UsageError(`quantize: --sweep tries them all, --${chosen} cannot be chosen`);
  const { network, weights, images, test } = await opened(options, from);
  const rows = await bitsTable({ graph: network.graph, weights }, images, test, options.calibrate, progress);
  progress("");
  const before = test && (await accuracyOf({ graph: network.graph, weights }, test));
  if (options.json) {
    printJson({ from, model: network.graph.name, images: images.shape[0], before, rows });
    return 0;
  }
  const right = before === null ? "" : `, right on ${percent(before, 2)} in real numbers`;
  print(`${network.graph.name}: weights of ${size(bytesOf(weights))}${right}; signal / noise of its outputs\n`);
  print(renderBits(rows));
  return 0;
}

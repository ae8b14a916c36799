/** @file `separable retrain`: new classes for a trained network, in seconds. */

import { safetensors } from "../../formats/safetensors/format.ts";
import { realTensors } from "../../graph/quantized/real.ts";
import { NORMALIZATIONS } from "../../image/normalize.ts";
import { preprocess } from "../../image/prepare.ts";
import { checkClassifier, preparationMetadata } from "../../image/recorded.ts";
import { dense } from "../../ops/dense.ts";
import { duration, integer, percent } from "../../report/forms/numbers.ts";
import { Session } from "../../session/session.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { largestOf } from "../../tensor/largest.ts";
import { formatShape, sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { bodyOf, featuresOf, trainHead, withHead } from "../../train/head.ts";
import { type Command, command } from "../command.ts";
import { readData, reportSkipped } from "../input/data.ts";
import { MODEL_HELP } from "../input/modelNames.ts";
import { networkFrom } from "../input/network.ts";
import { flag, integer as integerOption, text } from "../options/option.ts";
import { described, NETWORK, NORMALIZE, SEED } from "../options/shared.ts";
import { checkWritable, writeWhole } from "../terminal/files.ts";
import { print, printJson, progress } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

/** One image in this many of a class is held out for validation. */
const APART = 5;

export const retrain: Command = command({
  name: "retrain",
  summary: "teach a trained network your classes",
  usage: "FOLDER --weights FILE",
  maxOperands: 1,
  about: `Transfer learning: the network stays fixed except for its last layer, which learns the classes in FOLDER, one sub-folder of
images per class. Every fifth image of a class is held out for validation. The result works with classify.`,
  options: {
    weights: text("FILE", "as for classify; fashion: the bundled weights"),
    model: text("MODEL", "as for classify"),
    ...NETWORK,
    normalize: described(NORMALIZE, `${NORMALIZATIONS.join(", ")}; as for classify`),
    out: text("FILE", "default retrained.safetensors"),
    epochs: integerOption("N", [1], 100, "passes over the images, default 100"),
    seed: SEED,
    strict: flag("stops at an image that cannot be read instead of skipping it"),
    json: flag("prints the result as JSON"),
  },
  notes: [MODEL_HELP],
  run: async (given) => {
    const { weights: file, model, out = "retrained.safetensors", epochs, seed, strict, json } = given.options;
    const [folder] = given.operands;
    if (folder === undefined) throw new UsageError("retrain: needs a folder of images");
    if (file === undefined && model === undefined) throw new UsageError("retrain: needs --weights FILE");
    await checkWritable(out);
    const network = await networkFrom("retrain", given.options);
    checkClassifier("retrain", network.graph);
    const { normalize } = given.options;
    // Images are cropped and resized when they are read.
    const preparation = {
      ...network.preparation,
      ...(normalize && { normalization: normalize }),
      fit: "squash",
    } as const;
    const [, H, W, C] = network.graph.input.shape;
    const { train: data, skipped } = await readData(folder, [H, W], C, strict);
    if (!sameShape(data.shape.slice(1), [H, W, C])) {
      const found = formatShape(data.shape.slice(1));
      throw new ShapeError(`retrain: images are ${found}, ${network.graph.name} needs ${formatShape([H, W, C])}`);
    }
    reportSkipped(skipped);

    const start = performance.now();
    const body = bodyOf(network.graph, realTensors("retrain", network.weights));
    const session = await Session.create(body.graph, body.weights);
    const size = H * W * C;
    const imageOf = (i: number): Tensor =>
      preprocess(
        new Tensor(Float32Array.from(data.pixels.subarray(i * size, (i + 1) * size)), [H, W, C]),
        [H, W],
        preparation,
      );
    const count = data.shape[0];
    const features = await featuresOf(session, count, imageOf, (done) => progress(`features ${done} of ${count}`));
    session.dispose();
    progress("");
    const featured = performance.now();

    const { learned, tested } = keptApart(data.labels);
    const rows = rowsOf(features, learned);
    const labels = learned.map((i) => data.labels[i]);
    const { filter, bias } = await trainHead(rows, labels, data.classes.length, { epochs, seed });
    const trained = performance.now();
    const share = (which: readonly number[]): number => {
      const scores = dense(rowsOf(features, which), filter, { bias });
      return which.filter((i, row) => largestOf(scores, row) === data.labels[i]).length / which.length;
    };
    const graph = withHead(network.graph, body.head, data.classes.length);
    const own = graph.nodes[graph.nodes.length - 1].weights;
    const weights = new Map([...body.weights, [own.filter.name, filter] as const, [own.bias.name, bias] as const]);
    const { normalize: levels, order } = preparationMetadata(preparation);
    const metadata = { classes: JSON.stringify(data.classes), normalize: levels, ...(order && { order }) };
    await writeWhole(out, await safetensors.write({ graph, weights, metadata }));
    const result = {
      model: network.graph.name,
      out,
      classes: data.classes,
      learned: learned.length,
      rightOfLearned: share(learned),
      tested: tested.length,
      rightOfTested: tested.length > 0 ? share(tested) : null,
      featuresMs: featured - start,
      headMs: trained - featured,
    };
    if (json) printJson(result);
    else print(render(result));
    return 0;
  },
});

function render(result: {
  readonly model: string;
  readonly out: string;
  readonly classes: readonly string[];
  readonly learned: number;
  readonly rightOfLearned: number;
  readonly tested: number;
  readonly rightOfTested: number | null;
  readonly featuresMs: number;
  readonly headMs: number;
}): string {
  const { model, out, classes, learned, rightOfLearned, tested, rightOfTested, featuresMs, headMs } = result;
  const apart =
    rightOfTested === null
      ? "No class has five images, so none was held out for validation."
      : `Of ${integer(tested)} held out for validation it is right on ${percent(rightOfTested)}.`;
  return [
    `${model} has learned ${classes.length} classes: ${classes.join(", ")}`,
    `${integer(learned)} images, right on ${percent(rightOfLearned)}. ${apart}`,
    `Features ${duration(featuresMs)}, last layer ${duration(headMs)}. Written to ${out}.`,
  ].join("\n");
}

/** Splits images for training and validation: every fifth of a class is held out. */
function keptApart(labels: Uint8Array): { readonly learned: readonly number[]; readonly tested: readonly number[] } {
  const seen = new Map<number, number>();
  const [learned, tested]: [number[], number[]] = [[], []];
  labels.forEach((label, i) => {
    const before = seen.get(label) ?? 0;
    seen.set(label, before + 1);
    (before % APART === APART - 1 ? tested : learned).push(i);
  });
  return { learned, tested };
}

function rowsOf(features: Tensor, which: readonly number[]): Tensor {
  const [, size] = features.shape;
  const rows = Tensor.zeros([which.length, size]);
  which.forEach((i, row) => {
    rows.data.set(features.data.subarray(i * size, (i + 1) * size), row * size);
  });
  return rows;
}

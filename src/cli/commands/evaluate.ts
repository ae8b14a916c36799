/** @file `separable evaluate`: accuracy of a network on labelled images. */

import type { Dataset } from "../../data/dataset.ts";
import { loadModel } from "../../formats/load.ts";
import { checkClassifier } from "../../image/recorded.ts";
import type { Backend } from "../../kernels/tiers.ts";
import { integer, percent } from "../../report/forms/numbers.ts";
import { table } from "../../report/forms/table.ts";
import { Session } from "../../session/session.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Weight } from "../../tensor/weight.ts";
import { evaluate as evaluateOn } from "../../train/evaluate.ts";
import { type Command, command } from "../command.ts";
import { checkDefaultFolder, FASHION_FOLDER, isIdxFolder, readData } from "../input/data.ts";
import { networkFrom } from "../input/network.ts";
import { text } from "../options/option.ts";
import { BACKEND, JSON_FLAG, NETWORK } from "../options/shared.ts";
import { print, printJson, screen, tell } from "../terminal/terminal.ts";

export const evaluate: Command = command({
  name: "evaluate",
  summary: "measure a network's accuracy on labelled images",
  usage: "[FOLDER]",
  maxOperands: 1,
  about: `Prints accuracy and confusion matrix of a network that takes pixel / 255. FOLDER as for separable train; of IDX files the 10,000
test images are used. Default: ${FASHION_FOLDER} and the weights in the package, also in eight bits.`,
  options: {
    weights: text("FILE", "default fashion"),
    model: text("MODEL", "as for classify"),
    ...NETWORK,
    backend: BACKEND,
    json: JSON_FLAG,
  },
  run: async ({ operands, options }) => {
    const { weights: file, model, backend, json } = options;
    const isDefault = file === undefined && model === undefined;
    const [folder = FASHION_FOLDER] = operands;
    checkDefaultFolder(folder);
    const network = await networkFrom("evaluate", { ...options, ...(isDefault && { weights: "fashion" }) });
    checkClassifier("evaluate", network.graph);
    const { graph, weights } = network;
    const { normalization } = network.preparation;
    if (network.isGuessed) tell(`evaluate: ${network.source} does not say how images are prepared: pixel / 255`);
    else if (normalization !== "unit") {
      throw new ShapeError(`evaluate: ${graph.name} takes images as "${normalization}", needs one that takes "unit"`);
    }
    const [, H, W, C] = graph.input.shape;
    const data = await readData(folder, [H, W], C, false);
    const { classes } = data.train;
    const labels = network.labels() ?? classes;
    if (!isIdxFolder(folder) && classes.join("\n") !== labels.join("\n")) {
      throw new ShapeError(`evaluate: ${folder} has ${classes.join(", ")}; ${graph.name} knows ${labels.join(", ")}`);
    }
    const images = data.test ?? data.train;
    const session = await Session.create(graph, weights, { backend });
    const result = await evaluateOn(session, images);
    session.dispose();
    const twin = isDefault ? await twinOn(images, backend) : null;
    if (json) printJson({ model: graph.name, backend: session.backend, ...result, ...(twin && { twin }) });
    else {
      const { right, images, accuracy, confusion } = result;
      const columns = [{ title: "is" }, { title: "right" }, { title: "most often taken for", align: "left" } as const];
      const rows = confusion.map((row, label) => {
        const total = row.reduce((sum, count) => sum + count, 0);
        const wrong = row.map((count, answer) => (answer === label ? -1 : count));
        const max = Math.max(...wrong);
        const other = max > 0 ? `${labels[wrong.indexOf(max)]}, ${max}` : "";
        return [labels[label], total === 0 ? "none" : percent(row[label] / total), other];
      });
      print(`${graph.name}: right on ${integer(right)} of ${integer(images)} images, ${percent(accuracy, 2)}\n`);
      print(table(columns, rows, screen()));
      if (twin !== null) {
        const { model, right, accuracy } = twin;
        print(`\n${model}, the same in eight bits: right on ${integer(right)}, ${percent(accuracy, 2)}`);
      }
    }
    return 0;
  },
});

/** Evaluates the eight-bit twin of the bundled network on the same images. */
async function twinOn(images: Dataset, backend: Backend) {
  const { graph, weights } = await loadModel<Weight>("fashion_int8");
  const session = await Session.create(graph, weights, { backend });
  const { right, accuracy } = await evaluateOn(session, images);
  session.dispose();
  return { model: graph.name, right, accuracy };
}

/** @file `separable inspect`: the contents of a file, or the WebAssembly that a layer runs. */
import { type EmittedLayer, emittedLayer } from "../../analysis/emitted.ts";
import { inspectFile } from "../../formats/inspect.ts";
import { ENGINES, engineHere, PRECISIONS } from "../../kernels/simd/engines.ts";
import { integer } from "../../report/forms/numbers.ts";
import { formatShape } from "../../tensor/shape.ts";
import { type Command, command } from "../command.ts";
import { fileText } from "../input/fileSummary.ts";
import { MODEL_HELP } from "../input/modelNames.ts";
import { isFileTyped, standardInput, typedNetwork } from "../input/network.ts";
import { word } from "../options/option.ts";
import { DEFAULT_MODEL, FILE, JSON_FLAG } from "../options/shared.ts";
import { print, printJson, style } from "../terminal/terminal.ts";
import { asUsage, UsageError } from "../usage.ts";

export const inspect: Command = command({
  name: "inspect",
  summary: "show the contents of a model file, or the WebAssembly of a layer",
  usage: ["FILE", "LAYER [MODEL]"],
  maxOperands: 2,
  about: `Shows the contents of a file: format, producer, inputs and outputs, operators and which of them are not supported, weights,
metadata. It also works for networks that cannot be loaded.

Or shows the code of a layer on the simd tier, as WebAssembly text with comments. Layers are named as in \`separable summary\`,
e.g. conv1, conv_dw_3, conv_pw_3. Default model: mobilenet_v1_1.0_224. docs/08-simd.md walks through one of them.`,
  options: {
    precision: word(
      "P",
      PRECISIONS,
      "exact",
      `${PRECISIONS.join(" or ")} (product and sum in one rounding), default ${PRECISIONS[0]}`,
    ),
    engine: word(
      "E",
      ENGINES,
      undefined,
      "tiles of node-20 (Node 20 and 22) or node-24 (newer versions); default: this engine's",
    ),
    ...FILE,
    json: JSON_FLAG,
  },
  notes: [MODEL_HELP],
  run: async (given) => {
    const [layer, model = DEFAULT_MODEL] = given.operands;
    if (layer === undefined) throw new UsageError("inspect: needs a file, or the name of a layer, e.g. conv_dw_3");
    const { precision, engine = engineHere(), json } = given.options;
    if (given.operands.length === 1 && (await isFileTyped(layer))) {
      const [needless] = [...given.typed].filter((name) => name !== "json");
      if (needless !== undefined) throw new UsageError(`inspect: --${needless} is for a layer, ${layer} is a file`);
      const summary = await inspectFile(layer === "-" ? await standardInput() : layer);
      if (json) printJson(summary);
      else print(fileText(summary));
      return 0;
    }
    const { graph } = await typedNetwork("inspect", model, given.options);
    const emitted = asUsage(() => emittedLayer(graph, layer, precision, engine));
    if (json) printJson(emitted);
    else print(render(graph.name, emitted));
    return 0;
  },
});

function render(model: string, { node, launches }: EmittedLayer): string {
  const shapes = `${node.inputShapes.map(formatShape).join(", ")} → ${formatShape(node.outputShape)}`;
  const activation = "activation" in node && node.activation !== "none" ? `, ${node.activation}` : "";
  const title = `${style("bold", node.name)} of ${model}: ${node.op} ${shapes}${activation}`;
  if (launches.length === 0)
    return `${title}\n\nNothing is emitted: no arithmetic, plain TypeScript copies what there is to copy.`;
  const parts = launches.map(
    ({ text, bytes, units }) => `${integer(bytes)} bytes; threads share a range of ${integer(units)}\n\n${text}`,
  );
  return `${title}\n\n${parts.join("\n").trimEnd()}`;
}

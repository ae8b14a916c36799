/** @file `separable inspect`: the WebAssembly that a layer runs. */
import { type EmittedLayer, emittedLayer } from "../../analysis/emitted.ts";
import { ENGINES, engineHere, PRECISIONS } from "../../kernels/simd/engines.ts";
import { MODEL_NAMES } from "../../models/named.ts";
import { formatShape } from "../../tensor/shape.ts";
import { asUsage, type Command, readArguments, UsageError } from "../command.ts";
import { parseModel } from "../input/modelNames.ts";
import { integer, print, printJson, style } from "../terminal/terminal.ts";

const HELP = `Usage: separable inspect LAYER [MODEL] [--precision P] [--engine E] [--json]

The code that a layer runs on the simd tier, as WebAssembly text with comments. Layers are named as in \`separable summary\`,
e.g. conv1, conv_dw_3, conv_pw_3. Default model: mobilenet_v1_1.0_224. docs/07-simd.md walks through one of them.

  --precision P  ${PRECISIONS.join(" or ")} (product and sum in one rounding), default ${PRECISIONS[0]}
  --engine E     node-20 (like Node 20 and 22) or node-24 (like newer ones): whose tiles to show, default: this one's
  --json         the same as JSON

${MODEL_NAMES}`;

export const inspect: Command = {
  name: "inspect",
  summary: "the WebAssembly that a layer runs",
  help: HELP,
  run: async (args) => {
    const options = { precision: { type: "string" }, engine: { type: "string" }, json: { type: "boolean" } } as const;
    const given = readArguments("inspect", args, options, 2);
    const [layer, model = "mobilenet_v1"] = given.positionals;
    if (layer === undefined) throw new UsageError("inspect: needs the name of a layer, e.g. conv_dw_3");
    const precision = given.word("precision", "exact", PRECISIONS);
    const engine = given.word("engine", engineHere(), ENGINES);
    const graph = asUsage(() => parseModel("inspect", model).graph());
    const emitted = asUsage(() => emittedLayer(graph, layer, precision, engine));
    if (given.flag("json")) printJson(emitted);
    else print(render(graph.name, emitted));
    return 0;
  },
};

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

/** @file `separable summary`: one row per layer, totals under every counting rule. */
import { type Analysis, analyze, type LayerCost } from "../analysis/analyze.ts";
import { MODEL_NAMES } from "../models/named.ts";
import { asUsage, type Command, readArguments } from "./command.ts";
import { parseModel } from "./modelNames.ts";
import { table } from "./table.ts";
import { integer, percent, print, printJson, style } from "./terminal.ts";

const HELP = `Usage: separable summary [MODEL] [--classes N] [--channels N] [--json]

Every layer of a network with its shapes, parameters and multiply-accumulates (MACs), and the totals under every
counting rule in use. Default model: mobilenet_v1_1.0_224.

  --classes N   outputs of the last layer; default 1000, fashion 10
  --channels N  channels of the picture; default 3, fashion 1
  --json        the same as JSON

${MODEL_NAMES}`;

export const summary: Command = {
  name: "summary",
  summary: "layers, parameters and MACs of a network",
  help: HELP,
  run: async (args) => {
    const options = { classes: { type: "string" }, channels: { type: "string" }, json: { type: "boolean" } } as const;
    const given = readArguments("summary", args, options, 1);
    const model = parseModel("summary", given.positionals[0] ?? "mobilenet_v1");
    const [classes, channels] = [given.text("classes"), given.text("channels")].map((text) => text !== undefined);
    const graph = asUsage(() =>
      model.graph({
        ...(classes && { classes: given.integer("classes", 0, 1) }),
        ...(channels && { channels: given.integer("channels", 0, 1) }),
      }),
    );
    const cost = analyze(graph);
    if (given.flag("json")) printJson(cost);
    else print(render(cost));
    return 0;
  },
};

function render(cost: Analysis): string {
  const { macs, parameters, weightBytes, activationBytes } = cost.total;
  const rows = cost.layers.map((layer) => layerRow(layer, macs));
  const layers = table(
    [
      { title: "layer", align: "left" },
      { title: "type", align: "left" },
      { title: "input" },
      { title: "output" },
      { title: "kernel" },
      { title: "stride" },
      { title: "parameters" },
      { title: "MACs" },
      { title: "share" },
    ],
    [...rows, [], ["total", "", "", "", "", "", integer(parameters.trainable), integer(macs), "100.0 %"]],
  );
  const kinds = table(
    [
      { title: "type", align: "left" },
      { title: "layers" },
      { title: "MACs" },
      { title: "share" },
      { title: "weights" },
      { title: "share" },
    ],
    cost.byKind.map((kind) => [
      kind.kind,
      integer(kind.layers),
      integer(kind.macs),
      percent(kind.macsShare, 2),
      integer(kind.weights),
      percent(kind.weightsShare, 2),
    ]),
  );
  const totals = [
    ["MACs", integer(macs), "convolutions and dense layers, padding included; the papers' rule"],
    ["FLOPs", integer(2 * macs), "2 × MACs"],
    ["parameters", integer(parameters.withoutBatchNorm), "without batch norm; the papers' rule"],
    ["", integer(parameters.trainable), "trainable: + scale and bias of batch norm; PyTorch's rule"],
    ["", integer(parameters.stored), "stored: + its mean and variance; Keras' rule"],
    ["weights", `${integer(weightBytes)} bytes`, "everything stored, as float32"],
    ["activations", `${integer(activationBytes)} bytes`, "every layer's output, as float32"],
  ];
  const width = Math.max(...totals.map(([, value]) => value.length));
  const lines = totals.map(([what, value, rule]) => `${what.padEnd(12)}${value.padStart(width)}   ${rule}`);
  return [style("bold", cost.name), "", layers, "", kinds, "", ...lines].join("\n");
}

function layerRow(layer: LayerCost, total: number): string[] {
  const pair = (value: readonly [number, number] | null): string => value?.join("×") ?? "";
  return [
    layer.name,
    layer.kind,
    layer.inputShape.slice(1).join("×"),
    layer.outputShape.slice(1).join("×"),
    pair(layer.kernel),
    pair(layer.strides),
    integer(layer.parameters.trainable),
    integer(layer.macs),
    percent(layer.macs / total),
  ];
}

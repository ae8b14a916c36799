/** @file `separable summary`: one row per layer, totals under every counting rule. */
import { type Analysis, analyze, type LayerCost } from "../../analysis/analyze.ts";
import { MODEL_NAMES } from "../../models/named.ts";
import { formatShape } from "../../tensor/shape.ts";
import { asUsage, type Command, readArguments } from "../command.ts";
import { parseModel } from "../input/modelNames.ts";
import { checkDelivery, deliver, REPORT_OPTIONS, reportHelp } from "../report/deliver.ts";
import type { Cell, Report } from "../report/report.ts";
import { integer, percent } from "../terminal/terminal.ts";

/** Names of its tables; the first is what `--csv` prints. */
const TABLES = ["layers", "types", "totals"];

const HELP = `Usage: separable summary [MODEL] [--classes N] [--channels N] [--json | --csv | --markdown] [--html FILE] [--force]

Every layer of a network with its shapes, parameters and multiply-accumulates (MACs), and the totals under every
counting rule in use. Default model: mobilenet_v1_1.0_224.

  --classes N   outputs of the last layer; default 1000, fashion 10
  --channels N  channels of the image; default 3, fashion 1
${reportHelp(TABLES)}

${MODEL_NAMES}`;

export const summary: Command = {
  name: "summary",
  summary: "layers, parameters and MACs of a network",
  help: HELP,
  run: async (args) => {
    const options = { classes: { type: "string" }, channels: { type: "string" }, ...REPORT_OPTIONS } as const;
    const given = readArguments("summary", args, options, 1);
    const model = parseModel("summary", given.positionals[0] ?? "mobilenet_v1");
    const [classes, channels] = [given.text("classes"), given.text("channels")].map((text) => text !== undefined);
    const graph = asUsage(() =>
      model.graph({
        ...(classes && { classes: given.integer("classes", 0, 1) }),
        ...(channels && { channels: given.integer("channels", 0, 1) }),
      }),
    );
    await checkDelivery("summary", given, TABLES);
    const cost = analyze(graph);
    await deliver("summary", given, TABLES, reportOf(cost), cost);
    return 0;
  },
};

function reportOf(cost: Analysis): Report {
  const { macs, parameters, weightBytes, activationBytes } = cost.total;
  const share = (value: number): string => percent(value, 2);
  const left = { align: "left" } as const;
  return {
    title: cost.name,
    parts: [
      { text: `input ${formatShape(cost.layers[0]?.inputShape.slice(1) ?? [])}` },
      {
        table: {
          name: "layers",
          title: "",
          columns: [
            { title: "layer" },
            { title: "type", ...left },
            { title: "input", rank: 3 },
            { title: "output" },
            { title: "kernel" },
            { title: "stride", rank: 1 },
            { title: "parameters", show: integer },
            { title: "MACs", show: integer },
            { title: "share", rank: 2, show: percent },
          ],
          rows: [
            ...cost.layers.map((layer) => layerRow(layer, macs)),
            [],
            ["total", "", "", "", "", "", parameters.trainable, macs, 1],
          ],
        },
      },
      {
        table: {
          name: "types",
          title: "",
          columns: [
            { title: "type" },
            { title: "layers", show: integer },
            { title: "MACs", show: integer },
            { title: "share", long: "share of MACs", show: share },
            { title: "weights", show: integer },
            { title: "share", long: "share of weights", show: share },
          ],
          rows: cost.byKind.map((kind) => [
            kind.kind,
            kind.layers,
            kind.macs,
            kind.macsShare,
            kind.weights,
            kind.weightsShare,
          ]),
        },
      },
      {
        table: {
          name: "totals",
          title: "",
          columns: [
            { title: "in total" },
            { title: "count", show: integer },
            { title: "meaning", isProse: true, ...left },
          ],
          rows: [
            ["MACs", macs, "convolutions and dense layers (the papers)"],
            ["FLOPs", 2 * macs, "2 × MACs"],
            ["parameters, bare", parameters.withoutBatchNorm, "without batch norm (the papers)"],
            ["parameters, trainable", parameters.trainable, "with batch norm's scale and bias (PyTorch)"],
            ["parameters, stored", parameters.stored, "with its mean and variance too (Keras)"],
            ["bytes of weights", weightBytes, "everything stored, as float32"],
            ["bytes of activations", activationBytes, "every layer's output, as float32"],
          ],
        },
      },
    ],
  };
}

function layerRow(layer: LayerCost, total: number): Cell[] {
  const pair = (value: readonly [number, number] | null): string => value?.join("×") ?? "";
  return [
    layer.name,
    layer.kind,
    layer.inputShape.slice(1).join("×"),
    layer.outputShape.slice(1).join("×"),
    pair(layer.kernel),
    pair(layer.strides),
    layer.parameters.trainable,
    layer.macs,
    layer.macs / total,
  ];
}

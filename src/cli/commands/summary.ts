/** @file `separable summary`: one row per layer, totals under every counting rule. */
import { type Analysis, analyze, type LayerCost } from "../../analysis/analyze.ts";
import { MODEL_NAMES } from "../../models/named.ts";
import { formatShape } from "../../tensor/shape.ts";
import { type Command, command } from "../command.ts";
import { parseModel } from "../input/modelNames.ts";
import { integer as integerOption } from "../options/option.ts";
import { reportOptions } from "../options/report.ts";
import { checkDelivery, deliver } from "../report/deliver.ts";
import type { Cell, Report } from "../report/report.ts";
import { integer, percent } from "../terminal/terminal.ts";
import { asUsage } from "../usage.ts";

export const summary: Command = command({
  name: "summary",
  summary: "layers, parameters and MACs of a network",
  usage: "[MODEL]",
  maxOperands: 1,
  about: `Every layer of a network with its shapes, parameters and multiply-accumulates (MACs), and the totals under every
counting rule in use. Default model: mobilenet_v1_1.0_224.`,
  options: {
    classes: integerOption("N", [1], undefined, "outputs of the last layer; default 1000, fashion 10"),
    channels: integerOption("N", [1], undefined, "channels of the image; default 3, fashion 1"),
    ...reportOptions(["layers", "types", "totals"]),
  },
  notes: [MODEL_NAMES],
  run: async (given) => {
    const model = parseModel("summary", given.operands[0] ?? "mobilenet_v1");
    const { classes, channels } = given.options;
    const graph = asUsage(() =>
      model.graph({
        ...(classes !== undefined && { classes }),
        ...(channels !== undefined && { channels }),
      }),
    );
    await checkDelivery("summary", given);
    const cost = analyze(graph);
    await deliver("summary", given, reportOf(cost), cost);
    return 0;
  },
});

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

/** @file `separable summary`: one row per layer, totals under every counting rule. */
import { type Analysis, analyze, type LayerCost } from "../../analysis/analyze.ts";
import { type Graph, outputShapeOf } from "../../graph/graph.ts";
import { formatShape } from "../../tensor/shape.ts";
import { type Command, command } from "../command.ts";
import { MODEL_HELP } from "../input/modelNames.ts";
import { typedNetwork } from "../input/network.ts";
import { integer as integerOption } from "../options/option.ts";
import { reportOptions } from "../options/report.ts";
import { DEFAULT_MODEL, FILE } from "../options/shared.ts";
import { checkDelivery, deliver } from "../report/deliver.ts";
import type { Cell, Report } from "../report/report.ts";
import { integer, percent } from "../terminal/terminal.ts";

export const summary: Command = command({
  name: "summary",
  summary: "layers, parameters and MACs of a network",
  usage: "[MODEL]",
  maxOperands: 1,
  about: `Every layer of a network with its shapes, parameters and multiply-accumulates (MACs), and the totals under every
counting rule in use. Default model: mobilenet_v1_1.0_224.`,
  options: {
    classes: integerOption("N", [1], undefined, "outputs of a named model's last layer; default 1000, fashion 10"),
    channels: integerOption("N", [1], undefined, "channels of a named model's image; default 3, fashion 1"),
    ...FILE,
    ...reportOptions(["layers", "types", "totals"]),
  },
  notes: [MODEL_HELP],
  run: async (given) => {
    await checkDelivery("summary", given);
    const { classes, channels } = given.options;
    const { graph } = await typedNetwork("summary", given.operands[0] ?? DEFAULT_MODEL, given.options, {
      ...(classes !== undefined && { classes }),
      ...(channels !== undefined && { channels }),
    });
    const cost = analyze(graph);
    await deliver("summary", given, reportOf(graph, cost), cost);
    return 0;
  },
});

function reportOf(graph: Graph, cost: Analysis): Report {
  const { macs, parameters, weightBytes, activationBytes } = cost.total;
  const share = (value: number): string => percent(value, 2);
  const left = { align: "left" } as const;
  return {
    title: cost.name,
    parts: [
      { text: endsOf(graph) },
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

/** "input 224×224×3", or all inputs and outputs where there are several. */
function endsOf(graph: Graph): string {
  const [inputs, outputs] = [
    graph.inputs.map(({ name, shape }) => [name, shape] as const),
    graph.outputs.map((name) => [name, outputShapeOf(graph, name)] as const),
  ];
  const listed = (what: string, ends: typeof inputs): string =>
    `${what}s ${ends.map(([name, [, ...extents]]) => `${name} ${formatShape(extents)}`).join(", ")}`;
  const first = inputs.length === 1 ? `input ${formatShape(inputs[0][1].slice(1))}` : listed("input", inputs);
  return outputs.length === 1 ? first : `${first}; ${listed("output", outputs)}`;
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
    total > 0 ? layer.macs / total : 0,
  ];
}

/** @file `separable count`: one network under every popular way of counting. */
import { analyze, type ParameterCounts } from "../../analysis/analyze.ts";
import { countUnderRules, type RuleCount } from "../../analysis/countingRules.ts";
import { type Command, command } from "../command.ts";
import { MODEL_HELP } from "../input/modelNames.ts";
import { typedNetwork } from "../input/network.ts";
import { reportOptions } from "../options/report.ts";
import { DEFAULT_MODEL, FILE } from "../options/shared.ts";
import { checkDelivery, deliver } from "../report/deliver.ts";
import type { Report } from "../report/report.ts";
import { integer } from "../terminal/terminal.ts";

export const count: Command = command({
  name: "count",
  summary: "one network under every popular way of counting",
  usage: "[MODEL]",
  maxOperands: 1,
  about: `How many operations and parameters a network has by the rules of the papers, thop, torchinfo, fvcore, ptflops and Keras, and
what each rule is. Default model: mobilenet_v1_1.0_224.`,
  options: { ...FILE, ...reportOptions(["operations", "parameters"]) },
  notes: [MODEL_HELP],
  run: async (given) => {
    await checkDelivery("count", given);
    const { graph } = await typedNetwork("count", given.operands[0] ?? DEFAULT_MODEL, given.options);
    const counts = countUnderRules(graph);
    const { parameters } = analyze(graph).total;
    const data = {
      model: graph.name,
      operations: counts.map(({ rule: { of: _, ...rule }, total, byOp }) => ({ ...rule, total, byOp })),
      parameters,
    };
    await deliver("count", given, reportOf(graph.name, counts, parameters), data);
    return 0;
  },
});

function reportOf(name: string, counts: readonly RuleCount[], parameters: ParameterCounts): Report {
  const left = { align: "left" } as const;
  const columns = (what: string) => [
    { title: "rule" },
    { title: what, show: integer },
    { title: "meaning", placement: "below" as const, ...left },
  ];
  return {
    title: name,
    parts: [
      {
        table: {
          name: "operations",
          title: "",
          columns: [...columns("operations").slice(0, 2), { title: "called" }, ...columns("").slice(2)],
          rows: counts.map(({ rule, total }) => [rule.name, total, rule.unit, rule.sentence]),
        },
      },
      {
        table: {
          name: "parameters",
          title: "",
          columns: columns("parameters"),
          rows: [
            ["the papers", parameters.withoutBatchNorm, "filters and biases, without batch norm"],
            ["PyTorch, thop, torchinfo, ptflops", parameters.trainable, "with batch norm's scale and bias"],
            ["Keras, total", parameters.stored, "with its mean and variance too"],
          ],
        },
      },
    ],
  };
}

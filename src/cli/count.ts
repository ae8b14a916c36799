/** @file `separable count`: one network under every popular way of counting. */
import { analyze } from "../analysis/analyze.ts";
import { countUnderRules } from "../analysis/countingRules.ts";
import { MODEL_NAMES } from "../models/named.ts";
import { asUsage, type Command, readArguments } from "./command.ts";
import { parseModel } from "./modelNames.ts";
import { table } from "./table.ts";
import { integer, print, printJson, style } from "./terminal.ts";

const HELP = `Usage: separable count [MODEL] [--json]

How many operations and parameters a network has by the rules of the papers, thop, torchinfo, fvcore, ptflops and Keras, and
what each rule is. Default model: mobilenet_v1_1.0_224.

  --json  the same as JSON

${MODEL_NAMES}`;

export const count: Command = {
  name: "count",
  summary: "one network under every popular way of counting",
  help: HELP,
  run: async (args) => {
    const given = readArguments("count", args, { json: { type: "boolean" } }, 1);
    const model = parseModel("count", given.positionals[0] ?? "mobilenet_v1");
    const graph = asUsage(() => model.graph());
    const counts = countUnderRules(graph);
    const { parameters } = analyze(graph).total;
    if (given.flag("json")) {
      printJson({
        model: graph.name,
        operations: counts.map(({ rule: { of: _, ...rule }, total, byOp }) => ({ ...rule, total, byOp })),
        parameters,
      });
      return 0;
    }
    const columns = [
      { title: "rule", align: "left" },
      { title: "operations" },
      { title: "called" },
      { title: "which are", align: "left" },
    ] as const;
    print(style("bold", graph.name));
    print(
      `\n${table(
        columns,
        counts.map(({ rule, total }) => [rule.name, integer(total), rule.unit, rule.sentence]),
      )}`,
    );
    const rows = [
      ["the papers", integer(parameters.withoutBatchNorm), "filters and biases, without batch norm"],
      ["PyTorch, thop, torchinfo, ptflops", integer(parameters.trainable), "with batch norm's scale and bias"],
      ["Keras, total", integer(parameters.stored), "with its mean and variance too"],
    ];
    const titles = [
      { title: "rule", align: "left" },
      { title: "parameters" },
      { title: "which are", align: "left" },
    ] as const;
    print(`\n${table(titles, rows)}`);
    return 0;
  },
};

/** @file One network under every popular way of counting: what `separable count` prints. */

import { type AlgorithmCount, countAlgorithms } from "../../analysis/algorithms.ts";
import { costOf, type ParameterCounts } from "../../analysis/analyze.ts";
import { type CountingRule, countUnderRules, type RuleCount } from "../../analysis/countingRules.ts";
import type { Graph } from "../../graph/graph.ts";
import { readGraph } from "../../graph/readGraph.ts";
import { integer, size } from "../forms/numbers.ts";
import { originOf } from "../origin.ts";
import { type Part, type Report, type ReportColumn, reportOf } from "../report.ts";

/** A network's operations under every counting rule, and its parameters. Survives a round trip through JSON. */
export interface NetworkCounts {
  readonly model: string;
  readonly operations: readonly OperationCount[];
  readonly parameters: ParameterCounts;
  /** Its standard convolutions, counted for every algorithm. */
  readonly algorithms: readonly AlgorithmCount[];
}

/** The count by one rule. */
export interface OperationCount extends Omit<CountingRule, "of">, Pick<RuleCount, "total" | "byOp"> {}

/**
 * Counts a network by the rules of the papers, thop, torchinfo, fvcore, ptflops and Keras, for one image.
 *
 * @throws ShapeError if the graph is invalid
 *
 * @example
 * const { operations } = countNetwork(fashionNet());
 * operations.map(({ name, total }) => [name, total]);
 */
export function countNetwork(graph: Graph): NetworkCounts {
  const own = readGraph("countNetwork", graph);
  return {
    model: own.name,
    operations: countUnderRules(own).map(({ rule: { of: _, ...rule }, total, byOp }) => ({ ...rule, total, byOp })),
    parameters: costOf(own).total.parameters,
    algorithms: countAlgorithms(own),
  };
}

/**
 * Returns the tables of these counts, with an explanation of each rule.
 *
 * @param data from `countNetwork`, or its JSON
 * @throws ShapeError if it cannot be read
 *
 * @example countReport(countNetwork(fashionNet())).title; // "fashion_1.0_28"
 */
export function countReport(data: NetworkCounts): Report {
  return reportOf("countReport", "countNetwork", data, () => report(data));
}

function report({ model, operations, parameters, algorithms }: NetworkCounts): Report {
  const meaning: ReportColumn = { title: "meaning", placement: "below", align: "left" };
  const rows = [
    ["the papers", parameters.withoutBatchNorm, "filters and biases, without batch norm"],
    ["PyTorch, thop, torchinfo, ptflops", parameters.trainable, "with batch norm's scale and bias"],
    ["Keras, total", parameters.stored, "with its mean and variance too"],
  ];
  return {
    title: model,
    origin: originOf("count"),
    parts: [
      {
        table: {
          name: "operations",
          title: "",
          columns: [{ title: "rule" }, { title: "operations", show: integer }, { title: "called" }, meaning],
          rows: operations.map(({ name, total, unit, sentence }) => [name, total, unit, sentence]),
        },
      },
      {
        table: {
          name: "parameters",
          title: "",
          columns: [{ title: "rule" }, { title: "parameters", show: integer }, meaning],
          rows,
        },
      },
      ...(algorithms.some(({ layers }) => layers.length > 0) ? [algorithmsPart(algorithms)] : []),
    ],
  };
}

function algorithmsPart(algorithms: readonly AlgorithmCount[]): Part {
  return {
    table: {
      name: "algorithms",
      title:
        "Standard convolutions by each algorithm, for one image; filters are transformed once, FFT is counted only",
      columns: [
        { title: "algorithm" },
        { title: "takes", rank: 1 },
        { title: "multiplications", show: integer },
        { title: "additions", show: integer },
        { title: "once, multiplications", rank: 2, show: integer },
        { title: "filters", show: size },
        { title: "scratch", rank: 1, show: size },
      ],
      rows: algorithms.map((one) => [
        one.algorithm,
        `${one.taken} of ${one.layers.length}`,
        one.multiplications,
        one.additions,
        one.onceMultiplications,
        one.filterBytes,
        one.scratchBytes,
      ]),
    },
  };
}

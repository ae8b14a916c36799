/** @file The public API of `separable/report`: the command line's counts, measurements and reports, for programs. */

export type { AlgorithmCount, CountedLayer } from "../analysis/algorithms.ts";
export type { Line } from "../measure/line.ts";
export { isNoisy, MAX_SPREAD, type Task, type Timing, type TimingOptions, timeInTurns } from "../measure/timing.ts";
export {
  type ApproximationSummary,
  approximationReport,
  type Moved,
  summarizeApproximation,
} from "./approximation.ts";
export { type CompareOptions, compareNetworks } from "./compare/compare.ts";
export { compareReport } from "./compare/compareReport.ts";
export type {
  BlockTimes,
  ComparedBlock,
  ComparedNetwork,
  Comparison,
  NetworkTimes,
  TierTimes,
} from "./compare/comparison.ts";
export { countNetwork, countReport, type NetworkCounts, type OperationCount } from "./count/count.ts";
export { papersReport } from "./count/papersReport.ts";
export { type NetworkEnd, type NetworkSummary, summarizeNetwork, summaryReport } from "./count/summary.ts";
export type { Axis, Bar, BarChart, Chart, PlaneChart, PlaneLine, Point } from "./forms/chart.ts";
export { drawChart } from "./forms/charts.ts";
export { renderCsv } from "./forms/csv.ts";
export { renderHtml } from "./forms/html.ts";
export { renderMarkdown } from "./forms/markdown.ts";
export type { Screen } from "./forms/screen.ts";
export { renderText } from "./forms/text.ts";
export { type MachineCeilings, machineReport, measureMachine } from "./machine.ts";
export type { TimedNetwork } from "./network.ts";
export type { MeasuringOptions } from "./options.ts";
export type { Measured } from "./origin.ts";
export { type NetworkProfile, type ProfileOptions, profileNetwork } from "./profile/profile.ts";
export { profileReport } from "./profile/profileReport.ts";
export type { Cell, OneRound, Part, Report, ReportColumn, ReportTable } from "./report.ts";
export { chartsOf, tablesOf } from "./report.ts";
export { type Sweep, type SweepNetwork, type SweepOptions, type SweepPoint, sweepNetworks } from "./sweep/sweep.ts";
export { sweepReport } from "./sweep/sweepReport.ts";

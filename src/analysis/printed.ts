/** @file Compares a printed figure with the exact count. */
import type { Totals } from "./analyze.ts";

/** How printed digits relate to the exact count. */
export type Agreement = "equal when rounded" | "truncated" | "differs";

/** A printed figure beside the exact count. */
export interface PrintedFigure {
  readonly id: string;
  readonly source: string;
  readonly what: string;
  /** As printed, with its digits. */
  readonly printed: string;
  readonly unit: "million" | "billion" | "%" | "times" | "";
  /** Not scaled by `unit`. */
  readonly exact: number;
  readonly agreement: Agreement;
  /** Why it differs, or what the printed figure leaves out. */
  readonly reason: string;
}

const SCALES = { million: 1e6, billion: 1e9, "%": 0.01, times: 1, "": 1 } as const;

/** How the printed digits relate to the exact count. */
export function agreementOf(printed: string, unit: PrintedFigure["unit"], exact: number): Agreement {
  const digits = printed.split(".")[1]?.length ?? 0;
  const value = exact / SCALES[unit];
  if (value.toFixed(digits) === printed) return "equal when rounded";
  const power = 10 ** digits;
  return (Math.floor(value * power) / power).toFixed(digits) === printed ? "truncated" : "differs";
}

/** A row of a table of figures; `exact` is not scaled. */
export type PrintedRow = readonly [
  id: string,
  source: string,
  what: string,
  printed: string,
  unit: PrintedFigure["unit"],
  exact: number,
  reason?: string,
];

/** As the papers count: convolutions and dense layers only. */
export function withoutBatchNorm({ parameters }: Totals): number {
  return parameters.withoutBatchNorm;
}

/** @file A printed figure beside the exact count. */
export type Agreement = "equal when rounded" | "truncated" | "differs";

export interface PrintedFigure {
  readonly id: string;
  readonly source: string;
  readonly what: string;
  /** As printed, with its digits. */
  readonly printed: string;
  readonly unit: "million" | "billion" | "%" | "times" | "";
  /** In units of one. */
  readonly exact: number;
  readonly agreement: Agreement;
  /** Why it differs, or what the printed figure leaves out. */
  readonly reason: string;
}

const SCALES = { million: 1e6, billion: 1e9, "%": 0.01, times: 1, "": 1 } as const;

/** What the printed digits are to the exact count. */
export function agreementOf(printed: string, unit: PrintedFigure["unit"], exact: number): Agreement {
  const digits = printed.split(".")[1]?.length ?? 0;
  const value = exact / SCALES[unit];
  if (value.toFixed(digits) === printed) return "equal when rounded";
  const power = 10 ** digits;
  return (Math.floor(value * power) / power).toFixed(digits) === printed ? "truncated" : "differs";
}

/** What a table of figures is made of; `exact` in units of one. */
export type PrintedRow = readonly [
  id: string,
  source: string,
  what: string,
  printed: string,
  unit: PrintedFigure["unit"],
  exact: number,
  reason?: string,
];

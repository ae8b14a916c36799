/** @file Where text is shown: how wide it may be, and how it is emphasized. */

/** Where text is shown. */
export interface Screen {
  /** Characters of a line. */
  readonly columns: number;
  readonly style: (format: "bold" | "dim", text: string) => string;
}

/** 80 columns, without styles. */
export const PLAIN: Screen = { columns: 80, style: (_, text) => text };

/** @file What a chart shows: bars, or points in a plane with lines. */

/** Horizontal bars, in groups. */
export interface BarChart {
  readonly kind: "bars";
  /** File name without extension. */
  readonly file: string;
  readonly title: string;
  readonly caption: string;
  /** Names of the bars of a group, in order. */
  readonly series: readonly string[];
  readonly groups: readonly { readonly label: string; readonly bars: readonly Bar[] }[];
}

/** One bar. */
export interface Bar {
  readonly value: number;
  /** Label after the bar. */
  readonly text: string;
}

/** An axis of a plane. */
export interface Axis {
  readonly title: string;
  readonly isLogarithmic: boolean;
}

/** Points of several kinds, and lines, such as ceilings. */
export interface PlaneChart {
  readonly kind: "plane";
  readonly file: string;
  readonly title: string;
  readonly caption: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly { readonly name: string; readonly points: readonly Point[] }[];
  readonly lines: readonly PlaneLine[];
}

/** A line through points. */
export interface PlaneLine {
  /** Tooltip. */
  readonly name: string;
  readonly points: readonly Point[];
  /** Written along its segments, in order; "" leaves one bare. */
  readonly labels?: readonly string[];
}

/** A point of a plane. */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** Tooltip. */
  readonly name: string;
}

/** A chart of either kind. */
export type Chart = BarChart | PlaneChart;

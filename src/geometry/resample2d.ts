/**
 * @file Resampling of images: where each output pixel lies in the input, and which pixels surround it. The rules are
 * those of ONNX's Resize operator.
 *
 *   half-pixel          (o + ½) / scale - ½         pytorch-half-pixel   the same, but 0 for a single output
 *   align-corners       o · (H - 1) / (OH - 1)      asymmetric           o / scale
 */
import { oneOf, ShapeError, show } from "../tensor/errors.ts";
import { checkInteger } from "../tensor/shape.ts";
import type { Pair } from "./padding.ts";
import { checkPair } from "./padding.ts";

export const COORDINATES = ["half-pixel", "pytorch-half-pixel", "align-corners", "asymmetric"] as const;
/** How the position of an output pixel in the input is computed. */
export type Coordinates = (typeof COORDINATES)[number];

export const NEAREST_ROUNDINGS = ["round-prefer-floor", "round-prefer-ceil", "floor", "ceil"] as const;
/** Which pixel counts as nearest to a position. */
export type NearestRounding = (typeof NEAREST_ROUNDINGS)[number];

const RESAMPLE_MODES = ["nearest", "linear"] as const;
/** Whether an output pixel is the nearest input pixel, or interpolated between four. */
export type ResampleMode = (typeof RESAMPLE_MODES)[number];

/** Options of resampling: either `sizes` or `scales`. */
export interface ResamplingOptions {
  /** Rows and columns of the output, n or [h, w]. */
  readonly sizes?: Pair | undefined;
  /** Factors for rows and columns, n or [h, w]; the output's size is rounded down. */
  readonly scales?: number | readonly [h: number, w: number] | undefined;
  /** "nearest" (default) or "linear". */
  readonly mode?: ResampleMode | undefined;
  /** Where an output pixel lies in the input. Default "half-pixel". */
  readonly coordinates?: Coordinates | undefined;
  /** Which pixel counts as nearest. Default "round-prefer-floor". */
  readonly rounding?: NearestRounding | undefined;
}

export const RESAMPLE_OPTIONS: readonly string[] = ["sizes", "scales", "mode", "coordinates", "rounding"];

/** Checked options. */
export interface Resampling {
  readonly axes: readonly [rows: ResampledAxis, columns: ResampledAxis];
  readonly mode: ResampleMode;
  readonly coordinates: Coordinates;
  readonly rounding: NearestRounding;
}

/** @throws ShapeError for an unknown word, unless exactly one of sizes and scales is given, or for an empty output */
export function resampling(op: string, extents: readonly [number, number], options: ResamplingOptions): Resampling {
  return {
    axes: resampledAxes(op, extents, options),
    mode: oneOf(op, "mode", options.mode ?? "nearest", RESAMPLE_MODES),
    coordinates: oneOf(op, "coordinates", options.coordinates ?? "half-pixel", COORDINATES),
    rounding: oneOf(op, "rounding", options.rounding ?? "round-prefer-floor", NEAREST_ROUNDINGS),
  };
}

/** The input pixels from which each output row and column is computed. */
export type Pixels =
  | { readonly mode: "nearest"; readonly rows: readonly number[]; readonly columns: readonly number[] }
  | { readonly mode: "linear"; readonly rows: Neighbours; readonly columns: Neighbours };

export function resampledPixels({ axes, mode, coordinates, rounding }: Resampling): Pixels {
  if (mode === "nearest") {
    const [rows, columns] = axes.map((axis) => nearestPixels(axis, coordinates, rounding));
    return { mode, rows, columns };
  }
  const [rows, columns] = axes.map((axis) => neighbours(axis, coordinates));
  return { mode, rows, columns };
}

/** One axis: pixels of the input and of the output. */
export interface ResampledAxis {
  readonly extent: number;
  readonly outputs: number;
  /** outputs / extent, or the requested scale. */
  readonly scale: number;
}

function resampledAxes(
  op: string,
  [H, W]: readonly [number, number],
  { sizes, scales }: ResamplingOptions,
): readonly [ResampledAxis, ResampledAxis] {
  if ((sizes === undefined) === (scales === undefined)) throw new ShapeError(`${op}: needs either sizes or scales`);
  if (sizes !== undefined) {
    const [rows, columns] = checkPair(op, "sizes", sizes, 1);
    return [
      { extent: H, outputs: rows, scale: rows / H },
      { extent: W, outputs: columns, scale: columns / W },
    ];
  }
  const both = typeof scales === "number" ? [scales, scales] : scales;
  const axis = (extent: number, i: number): ResampledAxis => {
    const scale: unknown = Array.isArray(both) ? both[i] : both;
    if (typeof scale !== "number" || !(scale > 0)) {
      throw new ShapeError(`${op}: scales is ${show(scales)}, needs a number above 0 or [h, w]`);
    }
    return { extent, outputs: checkInteger(op, "output", Math.floor(extent * scale), 1), scale };
  };
  return [axis(H, 0), axis(W, 1)];
}

/** Where output o lies in the input, in pixels. */
export function positionIn(coordinates: Coordinates, { extent, outputs, scale }: ResampledAxis, o: number): number {
  switch (coordinates) {
    case "half-pixel":
      return (o + 0.5) / scale - 0.5;
    case "pytorch-half-pixel":
      return outputs > 1 ? (o + 0.5) / scale - 0.5 : 0;
    case "align-corners":
      return outputs > 1 ? (o * (extent - 1)) / (outputs - 1) : 0;
    case "asymmetric":
      return o / scale;
  }
}

/** The nearest pixel of each output. */
function nearestPixels(axis: ResampledAxis, coordinates: Coordinates, rounding: NearestRounding): readonly number[] {
  const round = {
    "round-prefer-floor": (at: number) => Math.ceil(at - 0.5),
    "round-prefer-ceil": (at: number) => Math.floor(at + 0.5),
    floor: Math.floor,
    ceil: Math.ceil,
  }[rounding];
  return Array.from({ length: axis.outputs }, (_, o) => within(axis, round(positionIn(coordinates, axis, o))));
}

/** The two pixels around each output, and the weight of the second. */
export interface Neighbours {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly share: readonly number[];
}

export function neighbours(axis: ResampledAxis, coordinates: Coordinates): Neighbours {
  const positions = Array.from({ length: axis.outputs }, (_, o) => {
    return Math.min(Math.max(positionIn(coordinates, axis, o), 0), axis.extent - 1);
  });
  return {
    low: positions.map(Math.floor),
    high: positions.map((position) => within(axis, Math.floor(position) + 1)),
    share: positions.map((position) => position - Math.floor(position)),
  };
}

function within({ extent }: ResampledAxis, pixel: number): number {
  return Math.min(Math.max(pixel, 0), extent - 1);
}

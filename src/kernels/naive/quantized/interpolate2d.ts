/**
 * @file Naive linear interpolation between pixels of integers, with integer shares. Input and output have the same
 * scale, which therefore does not matter.
 *
 *   upper = (S - q) · x[l, l'] + q · x[l, h']        lower = (S - q) · x[h, l'] + q · x[h, h']
 *   y[n, oh, ow, c] = round( ((S - p) · upper + p · lower) / S² )
 *
 * with rows l, h and the share p of S of output row oh, columns l', h' and the share q of S of output column ow.
 */
import type { Coordinates, ResampledAxis } from "../../../geometry/resample2d.ts";
import { roundHalfAway, roundHalfEven } from "../../../geometry/rounding.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";
import type { QuantizedResampling } from "../../contract/quantized.ts";

/**
 * @param x [N, H, W, C]
 * @param y [N, OH, OW, C]; every element is written
 */
export function quantizedInterpolate2d(
  { rounding, axes, coordinates }: QuantizedResampling,
  [N, C]: readonly [number, number],
  x: IntegerData,
  y: IntegerData,
): void {
  const isFloat = rounding === "float-half-even";
  const S = isFloat ? 2 ** 11 : 2 ** 10;
  const round = isFloat ? (value: number) => Math.floor(value + 0.5) : roundHalfAway;
  const [rows, columns] = axes.map((axis) => (isFloat ? sharesOf11Bits : sharesOf10Bits)(axis, coordinates));
  const [{ extent: H, outputs: OH }, { extent: W, outputs: OW }] = axes;
  for (let n = 0; n < N; n++) {
    for (let oh = 0; oh < OH; oh++) {
      const [low, high, p] = rows[oh];
      for (let ow = 0; ow < OW; ow++) {
        const [left, right, q] = columns[ow];
        for (let c = 0; c < C; c++) {
          const at = (h: number, w: number): number => x[((n * H + h) * W + w) * C + c];
          const upper = (S - q) * at(low, left) + q * at(low, right);
          const lower = (S - q) * at(high, left) + q * at(high, right);
          y[((n * OH + oh) * OW + ow) * C + c] = round(((S - p) * upper + p * lower) / S ** 2);
        }
      }
    }
  }
}

/** For each output, the two pixels around it and the share of the second. */
type Shares = readonly (readonly [low: number, high: number, share: number])[];

/**
 * Positions in float32, shares rounded.
 *
 * Source: google/XNNPACK src/indirection.c, xnn_indirection_init_resize_bilinear2d_hwc_q11.
 */
function sharesOf11Bits(axis: ResampledAxis, coordinates: Coordinates): Shares {
  const { extent, outputs } = axis;
  const ends = coordinates === "align-corners" && outputs > 1 ? 1 : 0;
  const scale = Math.fround((extent - ends) / (outputs - ends));
  const offset = coordinates === "half-pixel" ? Math.fround(Math.fround(0.5 * scale) - 0.5) : 0;
  return Array.from({ length: outputs }, (_, o) => {
    const position = Math.min(Math.max(Math.fround(Math.fround(o * scale) + offset), 0), extent - 1);
    const low = Math.floor(position);
    return [low, Math.min(low + 1, extent - 1), roundHalfEven((position - low) * 2 ** 11)];
  });
}

/**
 * Positions as integers with 10 fractional bits.
 *
 * Source: tensorflow/lite/kernels/internal/reference/resize_bilinear.h, ResizeBilinearInteger.
 */
function sharesOf10Bits({ extent, outputs }: ResampledAxis, coordinates: Coordinates): Shares {
  const ends = coordinates === "align-corners" && outputs > 1 ? 1 : 0;
  const [from, to] = [extent - ends, outputs - ends];
  const scale = Math.floor((2 ** 10 * from + Math.floor(to / 2)) / to);
  const offset = coordinates === "half-pixel" ? Math.floor(scale / 2) - 2 ** 9 : 0;
  return Array.from({ length: outputs }, (_, o) => {
    const position = o * scale + offset;
    const low = Math.max(Math.floor(position / 2 ** 10), 0);
    return [low, Math.min(Math.ceil(position / 2 ** 10), extent - 1), position - low * 2 ** 10];
  });
}

/** @file One channel of the photo under one stamp: the library's result for every window. */
import { type Conv2dGeometry, conv2d, conv2dGeometry, type Padding, Tensor } from "../../../../src/index.ts";
import type { Picture } from "../../figure/drawing.ts";
import { GREY, grey, inked } from "../photo.ts";
import type { PaddingName, StampName, State } from "../state.ts";

/** Nine weights, row by row; the sum is divided, so that a blur stays as bright as the photo. */
export interface Stamp {
  readonly weights: readonly number[];
  readonly divisor: number;
}

/**
 * One kernel of the first layer of the page's network, trained to recognise clothes, in tenths. test/scenes.test.ts
 * compares it with the network's.
 */
export const LEARNED_CHANNEL = 11;
const LEARNED: Stamp = { weights: [-1, 4, 0, -6, 3, 3, -4, -1, 2], divisor: 10 };

const STAMP_OF: Readonly<Record<StampName, Stamp>> = {
  edge: { weights: [-1, -2, -1, 0, 0, 0, 1, 2, 1], divisor: 1 },
  blur: { weights: [1, 1, 1, 1, 1, 1, 1, 1, 1], divisor: 9 },
  sharpen: { weights: [0, -1, 0, -1, 5, -1, 0, -1, 0], divisor: 1 },
  learned: LEARNED,
};

export const KERNEL = 3;

const PADDING_OF: Readonly<Record<PaddingName, Padding>> = { valid: "valid", tensorflow: "same", pytorch: 1 };

export interface Slide {
  readonly stamp: Stamp;
  readonly geometry: Conv2dGeometry;
  /** [1, OH, OW, 1] before division. */
  readonly sums: Tensor;
  readonly picture: Picture;
}

export function geometryOf(stride: number, padding: PaddingName): Conv2dGeometry {
  return conv2dGeometry(GREY.shape, [KERNEL, KERNEL, 1, 1], { strides: stride, padding: PADDING_OF[padding] });
}

/** For stamps that detect changes, drawn as ink: the sum that is darkest. */
const FULL_INK = { edge: 150, learned: 500 } as const;

const known = new Map<string, Slide>();

export function slideOf({ stamp: name, stride, padding }: Pick<State, "stamp" | "stride" | "padding">): Slide {
  const key = `${name} ${stride} ${padding}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const stamp = STAMP_OF[name];
  const filter = new Tensor(Float32Array.from(stamp.weights), [KERNEL, KERNEL, 1, 1]);
  const sums = conv2d(GREY, filter, { strides: stride, padding: PADDING_OF[padding], backend: "naive" });
  const slide = {
    stamp,
    geometry: geometryOf(stride, padding),
    sums,
    picture: name === "edge" || name === "learned" ? inked(sums, 0, FULL_INK[name]) : grey(sums, 99 * stamp.divisor),
  };
  known.set(key, slide);
  return slide;
}

/** The pixels under a window, 0 where it reaches into the padding; null marks those. */
export function pixelsUnder({ geometry: g }: Slide, oh: number, ow: number): readonly (number | null)[] {
  return Array.from({ length: KERNEL * KERNEL }, (_, i) => {
    const ih = oh * g.strideH + Math.floor(i / KERNEL) - g.padTop;
    const iw = ow * g.strideW + (i % KERNEL) - g.padLeft;
    return ih < 0 || iw < 0 || ih >= g.H || iw >= g.W ? null : GREY.at(0, ih, iw, 0);
  });
}

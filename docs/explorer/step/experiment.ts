/** @file Three convolutions of one small image, small enough to see every product. */

import {
  type Conv2dGeometry,
  conv2d,
  conv2dGeometry,
  depthwiseConv2d,
  type Padding,
  pointwiseConv2d,
  Tensor,
} from "../../../src/index.ts";
import { sizeOf } from "../../../src/tensor/shape.ts";

export const KINDS = ["standard", "depthwise", "pointwise"] as const;
export type Kind = (typeof KINDS)[number];

/** "symmetric" is what PyTorch users write: ⌊reach / 2⌋ on all sides. */
export const RULES = ["valid", "same", "same-lower", "symmetric"] as const;
export type Rule = (typeof RULES)[number];

export interface Settings {
  readonly H: number;
  readonly W: number;
  readonly channels: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly rule: Rule;
  readonly dilation: number;
  readonly multiplier: number;
}

/** One of the three, computed by the naive tier. */
export interface Stage {
  readonly kind: Kind;
  readonly input: Tensor;
  readonly filter: Tensor;
  readonly geometry: Conv2dGeometry;
  readonly output: Tensor;
}

/** One product of a sum. Over padding the pixel is 0 and `isInside` false. */
export interface Term {
  readonly x: number;
  readonly w: number;
  /** Row and column of the pixel, and its channel; of the tap in the filter. */
  readonly ih: number;
  readonly iw: number;
  readonly c: number;
  readonly kh: number;
  readonly kw: number;
  readonly isInside: boolean;
}

export function paddingFor({ rule, kernel, dilation }: Pick<Settings, "rule" | "kernel" | "dilation">): Padding {
  return rule === "symmetric" ? Math.floor((dilation * (kernel - 1) + 1) / 2) : rule;
}

/** Pseudorandom whole numbers from -2 to 2: no two rows or columns are alike. */
function weightAt(i: number): number {
  return ((Math.imul(i + 3, 0x9e3779b1) >>> 16) % 5) - 2;
}

function filterOf(...shape: readonly number[]): Tensor {
  const size = sizeOf(shape);
  return new Tensor(
    Float32Array.from({ length: size }, (_, i) => weightAt(i)),
    shape,
  );
}

/**
 * The standard convolution of the image, and the depthwise convolution followed by the pointwise one that replace it.
 *
 * @param image [1, H, W, channels]
 * @throws ShapeError where the kernel does not fit into the padded image
 */
export function experiment(settings: Settings, image: Tensor): Readonly<Record<Kind, Stage>> {
  const { channels: C, outputs: O, kernel: k, stride, dilation, multiplier: M } = settings;
  const options = { strides: stride, dilations: dilation, padding: paddingFor(settings) };
  const naive = { backend: "naive" } as const;
  const standardFilter = filterOf(k, k, C, O);
  const depthwiseFilter = filterOf(k, k, C, M);
  const pointwiseFilter = filterOf(C * M, O);
  const standard = conv2d(image, standardFilter, { ...options, ...naive });
  const depthwise = depthwiseConv2d(image, depthwiseFilter, { ...options, ...naive });
  const pointwise = pointwiseConv2d(depthwise, pointwiseFilter, naive);
  const { shape } = image;
  return {
    standard: {
      kind: "standard",
      input: image,
      filter: standardFilter,
      geometry: conv2dGeometry(shape, standardFilter.shape, options),
      output: standard,
    },
    depthwise: {
      kind: "depthwise",
      input: image,
      filter: depthwiseFilter,
      geometry: conv2dGeometry(shape, depthwiseFilter.shape, options, "depthwiseConv2d"),
      output: depthwise,
    },
    pointwise: {
      kind: "pointwise",
      input: depthwise,
      filter: pointwiseFilter,
      geometry: conv2dGeometry(depthwise.shape, pointwiseFilter.shape, {}, "pointwiseConv2d"),
      output: pointwise,
    },
  };
}

/** The products of one output value, in the order in which the naive kernel adds them. */
export function termsOf(
  { kind, input, filter, geometry: g }: Stage,
  oh: number,
  ow: number,
  o: number,
): readonly Term[] {
  const multiplier = g.O / g.C;
  const own = kind === "depthwise" ? [Math.floor(o / multiplier)] : Array.from({ length: g.C }, (_, c) => c);
  const weight = (kh: number, kw: number, c: number): number => {
    if (kind === "pointwise") return filter.at(c, o);
    return kind === "depthwise" ? filter.at(kh, kw, c, o % multiplier) : filter.at(kh, kw, c, o);
  };
  const terms: Term[] = [];
  for (let kh = 0; kh < g.KH; kh++) {
    for (let kw = 0; kw < g.KW; kw++) {
      const ih = oh * g.strideH + kh * g.dilationH - g.padTop;
      const iw = ow * g.strideW + kw * g.dilationW - g.padLeft;
      const isInside = ih >= 0 && ih < g.H && iw >= 0 && iw < g.W;
      for (const c of own) {
        terms.push({ x: isInside ? input.at(0, ih, iw, c) : 0, w: weight(kh, kw, c), ih, iw, c, kh, kw, isInside });
      }
    }
  }
  return terms;
}

/** Products of one output value. */
export function termCount({ kind, geometry: { KH, KW, C } }: Stage): number {
  return KH * KW * (kind === "depthwise" ? 1 : C);
}

/** Multiply-accumulates of the whole output. */
export function totalMacs(stage: Stage): number {
  const { OH, OW, O } = stage.geometry;
  return OH * OW * O * termCount(stage);
}

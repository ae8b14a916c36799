/**
 * @file All three kinds of convolution as one formula. It shares with the kernels only the checked geometry and the
 * reading of layouts.
 *
 *   y[n, oh, ow, o] = f( b[o] + Σ kh,kw,ic  x[n, ih, iw, c0 + ic] · w[kh, kw, ic, o] )
 *
 *   ih = oh·strideH + kh·dilationH - padTop        c0 = ⌊o / (O/G)⌋ · C/G
 *   iw = ow·strideW + kw·dilationW - padLeft       x is 0 outside the image
 */

import type { Activation } from "../geometry/activation.ts";
import type { Conv2dGeometry, ConvKind } from "../geometry/conv2d.ts";
import type { ConvAlgorithm } from "../geometry/winograd.ts";
import type { ConvOperands } from "../ops/conv.ts";
import type { Layout } from "../tensor/layout.ts";
import { indicesAt } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Precision } from "./precision.ts";

/** A convolution as a grouped one: a depthwise one has a group for each channel. */
export interface Convolution {
  readonly op: ConvKind;
  readonly g: Conv2dGeometry;
  /** [N, H, W, C], contiguous; for integers, with the zero point subtracted. */
  readonly x: Tensor;
  /** [KH, KW, C / G, O], contiguous; for integers, with the zero points subtracted. */
  readonly w: Tensor;
  /** [O], or null. */
  readonly bias: ArrayLike<number> | null;
  readonly activation: Activation;
  readonly layout: Layout;
  /** Order of the user's filter: "hwio" also covers depthwise "hwim" and pointwise "io", which are stored alike. */
  readonly filterLayout: FilterOrder;
}

/** A convolution of real numbers. */
export interface Problem extends Convolution {
  readonly precision: Precision;
  readonly algorithm: ConvAlgorithm;
}

/** The order of a filter's axes, including filters of rank 2. */
export type FilterOrder = "hwio" | "oihw" | "ohwi" | "ihwo";

/** Memory order of depthwise and pointwise filters, read as [KH, KW, C / G, O]. */
const FILTER_ORDERS: Readonly<Record<string, FilterOrder>> = { hwim: "hwio", io: "hwio", oi: "oihw" };

export function problemOf(
  op: ConvKind,
  { g, x, w, bias, activation, layout, filterLayout }: ConvOperands,
  precision: Precision,
  algorithm: ConvAlgorithm,
): Problem {
  return {
    op,
    g,
    x: new Tensor(x.toFloat32Array(), [g.N, g.H, g.W, g.C]),
    w: new Tensor(w.toFloat32Array(), [g.KH, g.KW, g.C / g.G, g.O]),
    bias: bias?.toFloat32Array() ?? null,
    activation,
    layout,
    filterLayout: filterOrder(filterLayout),
    precision,
    algorithm,
  };
}

export function filterOrder(layout: string): FilterOrder {
  return FILTER_ORDERS[layout] ?? (layout as FilterOrder);
}

/** A tap of the window and what it multiplies; `isPadding` where it lies outside the image and adds nothing. */
export interface Product {
  /** [kh, kw, ic] */
  readonly tap: readonly [number, number, number];
  /** [n, ih, iw, c] */
  readonly pixel: readonly [number, number, number, number];
  readonly isPadding: boolean;
  readonly x: number;
  readonly w: number;
}

/** Indices of an output as [n, oh, ow, o]. */
export type Position = readonly [n: number, oh: number, ow: number, o: number];

export function positionOf({ N, OH, OW, O }: Conv2dGeometry, index: number): Position {
  const [n, oh, ow, o] = indicesAt([N, OH, OW, O], index);
  return [n, oh, ow, o];
}

export function indexOf({ OH, OW, O }: Conv2dGeometry, [n, oh, ow, o]: Position): number {
  return ((n * OH + oh) * OW + ow) * O + o;
}

/** Every product of one output, in the order of the filter. */
export function productsOf({ g, x, w }: Convolution, [n, oh, ow, o]: Position): readonly Product[] {
  const { H, W, C, G, O, KH, KW } = g;
  const Cg = C / G;
  const c0 = Math.floor(o / (O / G)) * Cg;
  const products: Product[] = [];
  for (let kh = 0; kh < KH; kh++) {
    for (let kw = 0; kw < KW; kw++) {
      const ih = oh * g.strideH + kh * g.dilationH - g.padTop;
      const iw = ow * g.strideW + kw * g.dilationW - g.padLeft;
      const isPadding = ih < 0 || ih >= H || iw < 0 || iw >= W;
      for (let ic = 0; ic < Cg; ic++) {
        const value = isPadding ? 0 : x.at(n, ih, iw, c0 + ic);
        products.push({ tap: [kh, kw, ic], pixel: [n, ih, iw, c0 + ic], isPadding, x: value, w: w.at(kh, kw, ic, o) });
      }
    }
  }
  return products;
}

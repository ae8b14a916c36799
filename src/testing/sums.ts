/**
 * @file The sums of a convolution in float64, output by output, with what the error bound needs. Nothing but the checked
 * geometry is shared with the kernels.
 *
 *   y[n, oh, ow, o] = b[o] + Σ kh,kw,ic  x[n, ih, iw, c0 + ic] · w[kh, kw, ic, o]
 *
 *   ih = oh·strideH + kh·dilationH - padTop        c0 = ⌊o / (O/G)⌋ · C/G
 *   iw = ow·strideW + kw·dilationW - padLeft       x is 0 outside the picture
 */
import type { Activation } from "../geometry/activation.ts";
import type { Conv2dGeometry, ConvKind } from "../geometry/conv2d.ts";
import type { ConvOperands } from "../ops/conv.ts";
import { indicesAt } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A convolution of any of the three kinds as a grouped one: a depthwise one has a group for each channel. */
export interface Problem {
  readonly g: Conv2dGeometry;
  /** [N, H, W, C], contiguous. */
  readonly x: Tensor;
  /** [KH, KW, C / G, O], contiguous. */
  readonly w: Tensor;
  readonly bias: Tensor | null;
  readonly activation: Activation;
}

export function problemOf(op: ConvKind, { g, x, w, bias, activation }: ConvOperands): Problem {
  const { KH, KW, C, G, O } = g;
  const shape = op === "depthwiseConv2d" ? [KH, KW, 1, O] : [KH, KW, C / G, O];
  return { g, x: x.contiguous(), w: w.contiguous().reshape(shape), bias, activation };
}

/** A tap of the window with what it multiplies; `isPadding` where it lies outside the picture, and adds nothing. */
export interface Product {
  /** [kh, kw, ic] */
  readonly tap: readonly [number, number, number];
  /** [n, ih, iw, c] */
  readonly pixel: readonly [number, number, number, number];
  readonly isPadding: boolean;
  readonly x: number;
  readonly w: number;
}

/** Place of an output as [n, oh, ow, o]. */
export type Place = readonly [n: number, oh: number, ow: number, o: number];

export function placeOf({ N, OH, OW, O }: Conv2dGeometry, index: number): Place {
  const [n, oh, ow, o] = indicesAt([N, OH, OW, O], index);
  return [n, oh, ow, o];
}

/** Every product of one output, in the order of the filter. */
export function productsOf({ g, x, w }: Problem, [n, oh, ow, o]: Place): readonly Product[] {
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

export interface Sums {
  /** [N, OH, OW, O]: bias and products, before the activation. */
  readonly sums: Float64Array;
  /** Σ |x · w| of each. */
  readonly magnitudes: Float64Array;
}

export function sumsOf({ g, x, w, bias }: Problem): Sums {
  const { N, H, W, C, G, O, OH, OW, KH, KW } = g;
  const [Cg, Og] = [C / G, O / G];
  const sums = new Float64Array(N * OH * OW * O);
  const magnitudes = new Float64Array(sums.length);
  let y = 0;
  for (let n = 0; n < N; n++) {
    for (let oh = 0; oh < OH; oh++) {
      for (let ow = 0; ow < OW; ow++) {
        for (let o = 0; o < O; o++, y++) {
          const c0 = Math.floor(o / Og) * Cg;
          let sum = bias === null ? 0 : bias.at(o);
          let magnitude = 0;
          for (let kh = 0; kh < KH; kh++) {
            const ih = oh * g.strideH + kh * g.dilationH - g.padTop;
            if (ih < 0 || ih >= H) continue;
            for (let kw = 0; kw < KW; kw++) {
              const iw = ow * g.strideW + kw * g.dilationW - g.padLeft;
              if (iw < 0 || iw >= W) continue;
              const xAt = x.offset + ((n * H + ih) * W + iw) * C + c0;
              const wAt = w.offset + (kh * KW + kw) * Cg * O + o;
              for (let ic = 0; ic < Cg; ic++) {
                const product = x.data[xAt + ic] * w.data[wAt + ic * O];
                sum += product;
                magnitude += Math.abs(product);
              }
            }
          }
          sums[y] = sum;
          magnitudes[y] = magnitude;
        }
      }
    }
  }
  return { sums, magnitudes };
}

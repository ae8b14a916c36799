/** @file Golden test vectors: a convolution with its operands, its patch matrix, its answer and what may be off. */
import { im2col } from "../kernels/im2col/patches.ts";
import { ShapeError, show } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type ConvCase, type ConvOperandValues, convOperandsFor, type Draw } from "./geometries.ts";
import { type ConvOracle, convOracle } from "./oracle.ts";

export interface ConvVectors {
  readonly name: string;
  readonly oracle: ConvOracle;
  /** [n, h, w, c] */
  readonly input: Tensor;
  /** [kh, kw, c / groups, o], [kh, kw, c, multiplier] or [c, o] */
  readonly filter: Tensor;
  /** [o], or null. */
  readonly bias: Tensor | null;
  /** [n·oh·ow, kh·kw·c]: output pixel by output pixel what lies under its window, 0 for padding. */
  readonly patches: Tensor;
}

/** @throws ShapeError if the operands do not fit together, or lie otherwise than nhwc and the operation's default for filters */
export function convVectors(
  { name, op }: Pick<ConvCase, "name" | "op">,
  { input, filter, options }: ConvOperandValues,
): ConvVectors {
  for (const key of ["layout", "filterLayout"] as const) {
    const usual = key === "layout" ? "nhwc" : op === "depthwiseConv2d" ? "hwim" : "hwio";
    if ((options[key] ?? usual) !== usual) {
      throw new ShapeError(`convVectors: ${key} is ${show(options[key])}, needs ${show(usual)}`);
    }
  }
  const oracle = convOracle(op, input, filter, options);
  return { name, oracle, input, filter, bias: options.bias ?? null, patches: im2col(input, oracle.geometry) };
}

/** Vectors of a case with seeded operands. */
export function seededVectors(wanted: ConvCase, seed: number, draw: Draw): ConvVectors {
  return convVectors(wanted, convOperandsFor(wanted, seed, draw));
}

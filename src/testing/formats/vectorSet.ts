/** @file A set of vectors as names and numbers, as every format writes it, whether real-valued or integer. */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Shape } from "../../tensor/shape.ts";

/** Elements of an array of vectors. */
export type VectorData = Float32Array | Float64Array | Int8Array | Uint8Array | Int32Array;

export interface NamedArray {
  readonly name: string;
  readonly shape: Shape;
  readonly data: VectorData;
  readonly what: string;
}

/** A choice encoded as a number, for formats without words: C, Verilog, NumPy. */
export interface Code {
  readonly name: string;
  readonly value: number;
  readonly meanings: readonly string[];
}

/** An integer with a name that is valid in every language. */
export type NamedInteger = readonly [name: string, value: number];

/** An array that a set may have, and the type of its elements in C. */
export type Field = readonly [name: string, type: string];

export interface VectorSet {
  readonly name: string;
  /** The convolution in one line. */
  readonly title: string;
  /** Its choices in words, for JSON. */
  readonly words: Readonly<Record<string, string>>;
  /** Extents, strides, dilations and padding. */
  readonly geometry: readonly NamedInteger[];
  /** Zero points and limits; empty for real numbers. */
  readonly levels: readonly NamedInteger[];
  readonly codes: readonly Code[];
  readonly arrays: readonly NamedArray[];
  /** Every array that sets of this kind may have. */
  readonly fields: readonly Field[];
}

/** @param value one of `meanings` */
export function codeOf(name: string, value: string, meanings: readonly string[]): Code {
  return { name, value: meanings.indexOf(value), meanings };
}

/** `0 none, 1 relu, …` */
export function meaningsOf({ meanings }: Code): string {
  return meanings.map((meaning, i) => `${i} ${meaning}`).join(", ");
}

/** Restricts a name to characters that comments of other languages may contain. */
export function plain(name: string): string {
  return name.replaceAll(/[^ -~]|\*\//g, "_");
}

/** Extents, strides, dilations and padding, under names that are valid in every language. */
export function geometryOf(g: Conv2dGeometry): readonly NamedInteger[] {
  return [
    ["N", g.N],
    ["H", g.H],
    ["W", g.W],
    ["C", g.C],
    ["OH", g.OH],
    ["OW", g.OW],
    ["O", g.O],
    ["KH", g.KH],
    ["KW", g.KW],
    ["GROUPS", g.G],
    ["STRIDE_H", g.strideH],
    ["STRIDE_W", g.strideW],
    ["DILATION_H", g.dilationH],
    ["DILATION_W", g.dilationW],
    ["PAD_TOP", g.padTop],
    ["PAD_BOTTOM", g.padBottom],
    ["PAD_LEFT", g.padLeft],
    ["PAD_RIGHT", g.padRight],
  ];
}

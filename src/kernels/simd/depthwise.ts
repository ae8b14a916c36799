/** @file Shared by the depthwise kernels: how the filter is packed, and how channels map to outputs. */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Declare } from "../../wasm/control.ts";
import type { Expr, Statements } from "../../wasm/expression.ts";
import { i8x16 } from "../../wasm/instructions.ts";
import { LANES, VECTOR_BYTES } from "../../wasm/sizes.ts";
import type { FusedActivation } from "./activate.ts";
import type { Precision } from "./engines.ts";
import { range, repeat } from "./loops.ts";
import { vectorsFor } from "./vectors.ts";

export interface Depthwise extends Conv2dGeometry {
  readonly activation: FusedActivation;
  readonly precision: Precision;
  /** Vectors of channels that are computed together; 1 if a channel has several outputs. */
  readonly channelVectors: number;
}

/** Bytes of the taps of four outputs and their bias. */
export function packBytes({ KH, KW }: Conv2dGeometry): number {
  return (KH * KW + 1) * VECTOR_BYTES;
}

/**
 * Channels that are computed several vectors at a time; the rest are computed four at a time. The packed filter and the
 * code that reads it agree on this, and a block of channels is a multiple of it or has them all.
 */
export function jointChannels(channels: number, channelVectors: number): number {
  return channelVectors === 1 ? 0 : channels - (channels % (channelVectors * LANES));
}

/**
 * The filter [KH, KW, O] in the order in which the code reads it: the taps of outputs that are computed together, one
 * after the other, followed by their bias. The last outputs, too few for that, come four at a time. In the filter's own
 * order the taps of a channel are O numbers apart; with 512 or 1024 of them they fall on the same few lines of the L1
 * cache as the pixels do, and evict them.
 */
export function packed(
  { O, KH, KW, channelVectors }: Depthwise,
  w: Float32Array,
  b: Float32Array | null,
): Float32Array {
  const taps = KH * KW;
  const packs = new Float32Array(vectorsFor(O) * (taps + 1) * LANES);
  const joint = jointChannels(O, channelVectors);
  for (let o = 0; o < O; o++) {
    const width = o < joint ? channelVectors * LANES : LANES;
    const at = (o - (o % width)) * (taps + 1) + (o % width);
    for (let tap = 0; tap < taps; tap++) packs[at + tap * width] = w[tap * O + o];
    // + 0 turns a bias of -0 into 0: added last to a sum that may be -0, it yields the 0 of a sum that starts at 0.
    packs[at + taps * width] = (b === null ? 0 : b[o]) + 0;
  }
  return packs;
}

/** The M vectors of outputs of every four channels, moving on after each; then those of the last few channels. */
export function eachFourChannels(
  C: number,
  M: number,
  declare: Declare,
  outputs: (j: number, lanes: number) => Statements,
  next: Statements,
): Statements {
  const rest = (C % LANES) * M;
  return [
    repeat(declare("i32", "c"), Math.floor(C / LANES), [range(M, (j) => outputs(j, LANES)), next]),
    range(vectorsFor(rest), (j) => outputs(j, Math.min(LANES, rest - j * LANES))),
  ];
}

/** Four channels as the outputs 4·j to 4·j + 3 need them: output o reads channel ⌊o/M⌋. */
export function spread(channels: Expr<"v128">, j: number, M: number): Expr<"v128"> {
  if (M === 1) return channels;
  return i8x16.shuffle(
    channels,
    channels,
    [0, 1, 2, 3].map((lane) => Math.floor((j * LANES + lane) / M)),
  );
}

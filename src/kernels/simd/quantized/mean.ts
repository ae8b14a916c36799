/** @file Mean of integers over the pixels of an image, eight channels at a time. */
import type { Requantization } from "../../../geometry/requantization.ts";
import { when } from "../../../wasm/control.ts";
import type { Func, Statements } from "../../../wasm/expression.ts";
import { i32, local } from "../../../wasm/instructions.ts";
import { add, div, item, mul, rem } from "../../../wasm/integer.ts";
import { i32x4 } from "../../../wasm/integerVectors.ts";
import type { EmittedKernel } from "../../contract/kernels.ts";
import type { MeanSize } from "../../contract/quantized.ts";
import { type Emitter, launchFunc } from "../emitter.ts";
import { advance, repeat, upTo } from "../loops.ts";
import { type Centered, centered, INT16_LANES } from "./reading.ts";
import { parameters, type Rule, requantize, storeIntegers } from "./requantize.ts";

interface Mean {
  readonly size: MeanSize;
  readonly input: Centered;
  readonly rule: Rule;
}

/** y[n, c] = requantise( Σ p x̂[n, p, c] ); a unit is eight channels of an image. */
export function mean(
  size: MeanSize,
  { type, zeroPoint }: Centered,
  { rounding, ratios: [ratio], output }: Requantization,
  emitter: Emitter,
): EmittedKernel {
  const [N, , C] = size;
  const mean: Mean = { size, input: { type, zeroPoint }, rule: { rounding, output } };
  const units = N * Math.ceil(C / INT16_LANES);
  return {
    kind: "emitted",
    launches: [{ func: emitter.func(meanFunction, mean), operands: [0, "output", "packed"], units }],
    packed: parameters(rounding, ratio),
  };
}

function meanFunction({ size: [, P, C], input, rule }: Mean): Func {
  const blocks = Math.ceil(C / INT16_LANES);
  return launchFunc("mean", ["x", "y", "w"], ({ x, y, w, from, to }, declare) => {
    const [low, high, wide] = declare.v128("low", "high", "wide");
    const [xAt, yAt, c] = declare.i32("xAt", "yAt", "c");
    const store = (columns: number): Statements => storeIntegers(rule.output, yAt, [low, high], columns);
    const rest = C % INT16_LANES;
    return upTo(from, to, [
      local.set(c, mul(rem(from, blocks), INT16_LANES)),
      local.set(xAt, add(item(x, div(from, blocks), P * C), c)),
      local.set(yAt, add(item(y, div(from, blocks), C), c)),
      local.set(low, i32x4.splat(0)),
      local.set(high, i32x4.splat(0)),
      repeat(declare("i32", "p"), P, [
        local.set(wide, centered(input, xAt)),
        local.set(low, i32x4.add(low, i32x4.extend_low_i16x8_s(wide))),
        local.set(high, i32x4.add(high, i32x4.extend_high_i16x8_s(wide))),
        advance(xAt, C),
      ]),
      [low, high].map((acc) => requantize(rule, acc, w, 0)),
      rest === 0 ? store(INT16_LANES) : [when(i32.lt_u(c, C - rest), store(INT16_LANES), store(rest))],
    ]);
  });
}

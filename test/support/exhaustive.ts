/**
 * Every small geometry, on every tier, against the scattering reference in float64: `npm run test:exhaustive`. Fast
 * paths have conditions, and this walks over each of them from both sides.
 */
import { expect, test } from "vitest";
import {
  conv2d,
  depthwiseConv2d,
  type FilterLayout,
  type Padding,
  pointwiseConv2d,
  random,
  ShapeError,
  Tensor,
  TIERS,
} from "../../src/index.ts";
import { type Axis, outsideBound, samePadding, scatterConv2d, windowStarts } from "./reference.ts";

/** One geometry in so many, as if by chance: all of them unless a machine has less time. */
const EVERY = Number(process.env.SEPARABLE_EVERY ?? 1);

const MIN = 100_000;

// One long row of numbers, of which every configuration takes a stretch.
const source = random(7);
const POOL = Float32Array.from({ length: 4096 }, () => source.normal());
export const stretch = (size: number, salt: number): Float32Array => {
  const start = (salt * 97) % (POOL.length - size);
  return POOL.subarray(start, start + size);
};

/** Every choice of one value per list, in a mixed-radix count; or one in `EVERY`. */
export function* product<T extends readonly (readonly unknown[])[]>(...lists: T) {
  const total = lists.reduce((count, list) => count * list.length, 1);
  for (let index = 0; index < total; index++) {
    if ((Math.imul(index, 0x9e3779b1) >>> 8) % EVERY !== 0) continue;
    let rest = index;
    const choice = lists.map((list) => {
      const value = list[rest % list.length];
      rest = Math.floor(rest / list.length);
      return value;
    });
    yield [index, choice] as [number, { [K in keyof T]: T[K][number] }];
  }
}

/** A bit that has nothing to do with the digits of the count. */
export const coin = (index: number, which: number): boolean =>
  ((Math.imul(index, 0x9e3779b1) >>> (16 + which)) & 1) === 1;

type Rule = Padding & (string | readonly number[]);
export const PADDINGS: readonly Rule[] = ["valid", "same", "same-lower", [1, 0, 0, 2], [2, 3, 1, 1]];

/** H, W, KH, KW, stride down and across, dilation, padding: 57,600 windows on an image. */
export const WINDOWS = [
  [1, 2, 3, 4, 6],
  [1, 2, 3, 5],
  [1, 2, 3, 4],
  [1, 2, 3, 5],
  [1, 2, 3, 7],
  [1, 2, 4],
  [
    [1, 1],
    [2, 1],
    [1, 3],
  ],
  PADDINGS,
] as const;

export function axes(padding: Rule, [H, KH, sH, dH]: number[], [W, KW, sW, dW]: number[]): [rows: Axis, columns: Axis] {
  const side = (extent: number, taps: number, stride: number, dilation: number, at: number): Axis => {
    let pads = [0, 0];
    if (padding === "same") pads = samePadding(extent, taps, stride, dilation);
    else if (padding === "same-lower") pads = samePadding(extent, taps, stride, dilation, "beginning");
    else if (typeof padding !== "string") pads = [padding[at], padding[at + 1]];
    return { extent, taps, stride, dilation, before: pads[0], after: pads[1] };
  };
  return [side(H, KH, sH, dH, 0), side(W, KW, sW, dW, 2)];
}

export const fits = (axis: Axis, rounding: "floor" | "ceil" = "floor"): boolean =>
  windowStarts(axis, rounding).length > 0;
export const at = (i: number, ...what: unknown[]): string => `configuration ${i}: ${JSON.stringify(what)}`;

/** Counts what was checked, and fails only once per test: an `expect` per output would take longer than the work. */
export function check(name: string, run: () => { checked: number; refused: number; wrong: string | null }): void {
  test(name, () => {
    const { checked, refused, wrong } = run();
    expect(wrong).toBeNull();
    expect(checked).toBeGreaterThanOrEqual(EVERY === 1 ? MIN : (0.95 * MIN) / EVERY);
    console.log(`${name}: ${checked} configurations checked, ${refused} refused as they should be`);
  });
}

export interface Config {
  readonly index: number;
  readonly N: number;
  readonly C: number;
  readonly O: number;
  readonly G: number;
  readonly padding: Rule;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly nchw: boolean;
}

/** Runs one convolution on every tier; null if all is well. */
function tryConv(op: "conv2d" | "depthwiseConv2d" | "pointwiseConv2d", config: Config): string | null {
  const { index, N, C, O, G, padding, rows, columns, nchw } = config;
  const xData = stretch(N * rows.extent * columns.extent * C, index);
  const wData = stretch((rows.taps * columns.taps * C * O) / G, index + 1);
  const bias = coin(index, 0) ? null : stretch(O, index + 2);
  const x = new Tensor(xData, [N, rows.extent, columns.extent, C]);
  const hwio = new Tensor(wData, [rows.taps, columns.taps, C / G, O]);
  const options = {
    strides: [rows.stride, columns.stride],
    dilations: [rows.dilation, columns.dilation],
    padding,
    bias: bias && new Tensor(bias, [O]),
    layout: nchw ? "nchw" : "nhwc",
  } as const;
  const input = nchw ? x.transpose([0, 3, 1, 2]) : x;
  const call = (backend: (typeof TIERS)[number]): Tensor => {
    const filterLayout: FilterLayout = "hwio";
    if (op === "conv2d") return conv2d(input, hwio, { ...options, groups: G, filterLayout, backend });
    if (op === "pointwiseConv2d") return pointwiseConv2d(input, hwio, { ...options, filterLayout, backend });
    const hwim = hwio.reshape([rows.taps, columns.taps, C, O / C]);
    return depthwiseConv2d(input, hwim, { ...options, filterLayout: "hwim", backend });
  };

  if (!fits(rows) || !fits(columns)) {
    for (const backend of TIERS) {
      try {
        call(backend);
        return `${at(index, config)} ${backend}: not refused`;
      } catch (error) {
        if (!(error instanceof ShapeError)) return `${at(index, config)} ${backend}: ${error}`;
      }
    }
    return "refused";
  }
  const sums = scatterConv2d(xData, wData, bias, { N, C, O, G, rows, columns });
  for (const backend of TIERS) {
    const y = call(backend);
    const flat = nchw ? y.transpose([0, 2, 3, 1]).toFloat32Array() : y.data;
    if (flat.length !== sums.y.length) return `${at(index, config)} ${backend}: shape ${y.shape}`;
    const wrong = outsideBound(backend, flat, sums, bias);
    if (wrong !== null) return `${at(index, config)} ${backend}: ${wrong}`;
  }
  return null;
}

export function runConv(op: "conv2d" | "depthwiseConv2d" | "pointwiseConv2d", configs: Iterable<Config>) {
  let checked = 0;
  let refused = 0;
  for (const config of configs) {
    const wrong = tryConv(op, config);
    if (wrong === "refused") refused++;
    else if (wrong !== null) return { checked, refused, wrong };
    else checked++;
  }
  return { checked, refused, wrong: null };
}

export function* windows(channels: readonly (readonly [C: number, O: number, G: number])[]): Iterable<Config> {
  const lists = [...WINDOWS, channels] as const;
  for (const [index, [H, W, KH, KW, sH, sW, [dH, dW], padding, [C, O, G]]] of product(...lists)) {
    const [rows, columns] = axes(padding, [H, KH, sH, dH], [W, KW, sW, dW]);
    yield { index, N: coin(index, 1) ? 1 : 2, C, O, G, padding, rows, columns, nchw: coin(index, 2) };
  }
}

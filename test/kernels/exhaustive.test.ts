/**
 * Every small geometry, on every tier, against the scattering reference in float64. One in seven of them in `npm test`,
 * all with `npm run test:exhaustive`. Fast paths have conditions, and this walks over each of them from both sides.
 */
import { describe, expect, test } from "vitest";
import {
  averagePool2d,
  conv2d,
  depthwiseConv2d,
  type FilterLayout,
  maxPool2d,
  type Padding,
  pointwiseConv2d,
  random,
  ShapeError,
  Tensor,
  TIERS,
} from "../../src/index.ts";
import {
  type Axis,
  outsideBound,
  samePadding,
  scatterConv2d,
  windowPixels,
  windowStarts,
} from "../support/reference.ts";

const ALL = process.env.SEPARABLE_EXHAUSTIVE === "1";
const STEP = ALL ? 1 : 7; // shares no factor with the length of a list below, so that every value has its turn
const LEAST = ALL ? 100_000 : 10_000;

// One long row of numbers, of which every configuration takes a stretch.
const source = random(7);
const POOL = Float32Array.from({ length: 4096 }, () => source.normal());
const stretch = (size: number, salt: number): Float32Array => {
  const start = (salt * 97) % (POOL.length - size);
  return POOL.subarray(start, start + size);
};

/** Every choice of one value per list, in a mixed-radix count. */
function* product<T extends readonly (readonly unknown[])[]>(...lists: T) {
  const total = lists.reduce((count, list) => count * list.length, 1);
  for (let index = 0; index < total; index += STEP) {
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
const coin = (index: number, which: number): boolean => ((Math.imul(index, 0x9e3779b1) >>> (16 + which)) & 1) === 1;

type Rule = Padding & (string | readonly number[]);
const PADDINGS: readonly Rule[] = ["valid", "same", "same-lower", [1, 0, 0, 2], [2, 3, 1, 1]];

/** H, W, KH, KW, stride down and across, dilation, padding: 57,600 windows on a picture. */
const WINDOWS = [
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

function axes(padding: Rule, [H, KH, sH, dH]: number[], [W, KW, sW, dW]: number[]): [rows: Axis, columns: Axis] {
  const side = (extent: number, taps: number, stride: number, dilation: number, at: number): Axis => {
    let pads = [0, 0];
    if (padding === "same") pads = samePadding(extent, taps, stride, dilation);
    else if (padding === "same-lower") pads = samePadding(extent, taps, stride, dilation, "beginning");
    else if (typeof padding !== "string") pads = [padding[at], padding[at + 1]];
    return { extent, taps, stride, dilation, before: pads[0], after: pads[1] };
  };
  return [side(H, KH, sH, dH, 0), side(W, KW, sW, dW, 2)];
}

const fits = (axis: Axis): boolean => windowStarts(axis).length > 0;
const at = (i: number, ...what: unknown[]): string => `configuration ${i}: ${JSON.stringify(what)}`;

/** Counts what was checked, and fails only once per test: an `expect` per output would take longer than the work. */
function check(name: string, run: () => { checked: number; refused: number; wrong: string | null }): void {
  test(name, () => {
    const { checked, refused, wrong } = run();
    expect(wrong).toBeNull();
    expect(checked).toBeGreaterThanOrEqual(LEAST);
    console.log(`${name}: ${checked} configurations checked, ${refused} refused as they should be`);
  });
}

interface Config {
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

function runConv(op: "conv2d" | "depthwiseConv2d" | "pointwiseConv2d", configs: Iterable<Config>) {
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

function* windows(channels: readonly (readonly [C: number, O: number, G: number])[]): Iterable<Config> {
  const lists = [...WINDOWS, channels] as const;
  for (const [index, [H, W, KH, KW, sH, sW, [dH, dW], padding, [C, O, G]]] of product(...lists)) {
    const [rows, columns] = axes(padding, [H, KH, sH, dH], [W, KW, sW, dW]);
    yield { index, N: coin(index, 1) ? 1 : 2, C, O, G, padding, rows, columns, nchw: coin(index, 2) };
  }
}

describe(`exhaustive${ALL ? "" : " (one in seven)"}`, () => {
  check("standard and grouped convolution", () =>
    runConv(
      "conv2d",
      windows([
        [1, 2, 1],
        [3, 5, 1],
        [4, 6, 2],
      ]),
    ),
  );

  check("depthwise convolution", () =>
    runConv(
      "depthwiseConv2d",
      windows([
        [1, 1, 1],
        [3, 3, 3],
        [2, 6, 2],
      ]),
    ),
  );

  check("pointwise convolution", () => {
    function* configs(): Iterable<Config> {
      const extents = [1, 2, 3, 4, 5, 7];
      const lists = [
        extents,
        extents,
        [1, 2, 3, 5, 8],
        [1, 2, 3, 4, 9],
        [1, 2, 5],
        [1, 3, 4],
        PADDINGS,
        [1, 2, 3],
      ] as const;
      for (const [index, [H, W, C, O, sH, sW, padding, N]] of product(...lists)) {
        const [rows, columns] = axes(padding, [H, 1, sH, 1], [W, 1, sW, 1]);
        yield { index, N, C, O, G: 1, padding, rows, columns, nchw: coin(index, 2) };
      }
    }
    return runConv("pointwiseConv2d", configs());
  });

  check("average and max pooling", () => {
    const lists = [...WINDOWS, ["floor", "ceil"], [true, false]] as const;
    let checked = 0;
    let refused = 0;
    for (const [index, [H, W, KH, KW, sH, sW, [dH, dW], padding, rounding, countIncludePad]] of product(...lists)) {
      const [rows, columns] = axes(padding, [H, KH, sH, dH], [W, KW, sW, dW]);
      const [N, C] = [coin(index, 0) ? 1 : 2, coin(index, 1) ? 1 : 3];
      const data = stretch(N * H * W * C, index);
      const x = new Tensor(data, [N, H, W, C]);
      const options = {
        windowDimensions: [KH, KW],
        strides: [sH, sW],
        dilations: [dH, dW],
        padding,
        rounding,
      } as const;
      const calls = TIERS.flatMap((backend) => [
        () => maxPool2d(x, { ...options, backend }),
        () => averagePool2d(x, { ...options, countIncludePad, backend }),
      ]);
      if (!fits(rows) || !fits(columns)) {
        for (const call of calls) expect(call).toThrow(ShapeError);
        refused++;
        continue;
      }
      const expected = windowPixels(data, { N, C, rows, columns, rounding });
      for (const [i, call] of calls.entries()) {
        const y = call();
        const wrong = expected.findIndex(({ pixels, tapsWithPadding }, o) => {
          if (i % 2 === 0) return !Object.is(y.data[o], Math.max(...pixels));
          const count = countIncludePad ? tapsWithPadding : pixels.length;
          const mean = pixels.reduce((sum, value) => sum + value, 0) / count;
          return Number.isNaN(mean)
            ? !Number.isNaN(y.data[o])
            : Math.abs(y.data[o] - mean) > 2 ** -24 * Math.abs(mean) + 1e-14;
        });
        if (wrong !== -1 || y.size !== expected.length) {
          return {
            checked,
            refused,
            wrong: `${at(index, options, H, W, C, N, countIncludePad)} call ${i}, output ${wrong}`,
          };
        }
      }
      checked++;
    }
    return { checked, refused, wrong: null };
  });
});

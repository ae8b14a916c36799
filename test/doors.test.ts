/**
 * Every door of the library with every kind of garbage: what is refused is refused by name, and nothing hangs or
 * changes.
 */
import { describe, expect, test, vi } from "vitest";
import * as onnx from "../src/formats/onnx/index.ts";
import * as library from "../src/index.ts";
import * as quantized from "../src/ops/quantized/index.ts";
import * as report from "../src/report/index.ts";
import * as testing from "../src/testing/index.ts";

const { FormatError, ShapeError, Tensor } = library;

const throwing = (): never => {
  throw new Error("a getter that throws");
};
const cyclic: unknown[] = [];
cyclic.push(cyclic);
let nested: unknown = [];
for (let i = 0; i < 3000; i++) nested = [nested];
const changing = (): object => {
  let reads = 0;
  return {
    get shape() {
      return reads++ === 0 ? [1, 2] : "no shape";
    },
    get length() {
      return reads++;
    },
  };
};
const detached = (): Float32Array => {
  const array = new Float32Array(4);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
};
const resizable = (): Float32Array => {
  const Growing = ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer;
  return new Float32Array(new Growing(16, { maxByteLength: 64 }));
};

/** Made anew for each call: some change when they are looked at. */
const GARBAGE: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => Number.NaN,
  () => -1,
  () => 0,
  () => 1.5,
  () => 2 ** 53,
  () => Number.POSITIVE_INFINITY,
  () => "",
  () => "conv2d",
  () => "\u202e\x1b[31m",
  () => 10n,
  () => Symbol("x"),
  () => true,
  () => () => 0,
  () => [],
  () => new Array(3),
  () => [Number.NaN, "a", null],
  () => [1, 2, 3],
  () => cyclic,
  () => nested,
  () => ({}),
  () => Object.create(null),
  () => ({ __proto__: null, constructor: 1, toString: 1, length: -1 }),
  () => new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing, getPrototypeOf: throwing }),
  () => new Proxy([], { get: throwing }),
  changing,
  () => new Map(),
  () => new Map([[1, 2]]),
  () => new Map([["conv1/filter", { shape: [1], data: [1] }]]),
  () => new Set([1]),
  () => new Date(Number.NaN),
  () => /x/,
  () => new Uint8Array(3),
  () => new Float64Array(2),
  () => new BigInt64Array(2),
  () => new Float32Array(2),
  detached,
  resizable,
  () => new ArrayBuffer(8),
  () => new DataView(new ArrayBuffer(8)),
  () => Promise.resolve(1),
  () => Tensor.zeros([0]),
  () => Tensor.zeros([2, 3]),
  () => Tensor.zeros([1, 4, 4, 2]),
  () => Object.create(Tensor.prototype),
  () => ({ ...Tensor.zeros([2, 3]) }),
  () => ({ name: "x", input: { name: "x", shape: [1] }, nodes: [{}], output: "x" }),
  () => ({ op: "conv2d", values: new Float64Array(1), problem: { op: "conv2d" } }),
  () => new URL("https://localhost:1/none"),
];

/** Where an operand is right and those after it are not. */
const RIGHT: readonly (() => unknown)[] = [
  () => Tensor.zeros([1, 4, 4, 2]),
  () => Tensor.zeros([1, 2]),
  () => library.fashionNet(),
  () => "x",
  () => [1, 4, 4, 2],
  () => 3,
];

/** What is named. */
function isNamed(error: unknown): boolean {
  if (error instanceof ShapeError || error instanceof FormatError) return true;
  if (error instanceof Error && error.message === "a getter that throws") return true; // the caller's own
  return error instanceof RangeError && /^(clamp|alpha|[a-zA-Z]+: )/.test(error.message);
}

type Door = (...args: unknown[]) => unknown;

const doorsOf = (module: object): (readonly [string, Door])[] =>
  Object.entries(module).filter(
    (entry): entry is [string, Door] => typeof entry[1] === "function" && !/Error$/.test(entry[0]),
  );

const classes = {
  "new Tensor": (...args: unknown[]) => new Tensor(...(args as [Float32Array, number[]])),
  "Tensor.zeros": (...args: unknown[]) => Tensor.zeros(...(args as [number[]])),
  "Session.create": (...args: unknown[]) => library.Session.create(...(args as [library.Graph, library.Weights])),
  ...Object.fromEntries(
    ["at", "reshape", "transpose", "slice", "broadcastTo"].map((method) => [
      `tensor.${method}`,
      (...args: unknown[]) => (Tensor.zeros([1, 4, 4, 2]) as never as Record<string, Door>)[method](...args),
    ]),
  ),
  ...Object.fromEntries(
    Object.keys(library.graphBuilder("x", [1, 4, 4, 2]))
      .filter((method) => method !== "input" && method !== "inputs")
      .map((method) => [
        `builder.${method}`,
        (...args: unknown[]) =>
          (library.graphBuilder("x", [1, 4, 4, 2]) as never as Record<string, Door>)[method](...args),
      ]),
  ),
};

const DOORS: readonly (readonly [string, Door])[] = [
  ...doorsOf(library).filter(([name]) => !["Tensor", "machineCeilings", "simdLimit", "fashionSample"].includes(name)),
  ...Object.entries(classes),
  ...doorsOf(quantized).map(([name, door]) => [`quantized.${name}`, door] as const),
  ...doorsOf(testing).map(([name, door]) => [`testing.${name}`, door] as const),
  ...doorsOf(report)
    .filter(([name]) => name !== "measureMachine")
    .map(([name, door]) => [`report.${name}`, door] as const),
  ...doorsOf(onnx).map(([name, door]) => [`onnx.${name}`, door] as const),
];

/** Calls that the table makes of one door: garbage in each place, behind operands that are right. */
function* callsOf(): Generator<() => unknown[]> {
  yield () => [];
  for (const bad of GARBAGE) {
    yield () => [bad()];
    for (const right of RIGHT) {
      yield () => [right(), bad()];
      yield () => [right(), right(), bad()];
    }
    yield () => [bad(), bad(), bad(), bad()];
  }
}

describe("doors", () => {
  const before = JSON.stringify(
    [Object.prototype, Array.prototype, Float32Array.prototype].map((p) => Object.getOwnPropertyNames(p)),
  );
  vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("fetch failed"));

  test.each(DOORS)("%s", { timeout: 60_000 }, async (name, door) => {
    const raw = new Map<string, string>();
    for (const args of callsOf()) {
      const since = performance.now();
      try {
        await door(...args());
      } catch (error) {
        const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        if (!isNamed(error))
          raw.set(
            text.slice(0, 100),
            args()
              .map((arg) => safe(arg))
              .join(", "),
          );
        expect(text.length, name).toBeLessThan(5000);
      }
      expect(performance.now() - since, name).toBeLessThan(2000);
    }
    expect(Object.fromEntries(raw)).toEqual({});
  });

  test("change no prototype", () => {
    const after = JSON.stringify(
      [Object.prototype, Array.prototype, Float32Array.prototype].map((p) => Object.getOwnPropertyNames(p)),
    );
    expect(after).toBe(before);
  });
});

function safe(value: unknown): string {
  try {
    return typeof value === "symbol" ? "symbol" : String(JSON.stringify(value) ?? value).slice(0, 40);
  } catch {
    return "?";
  }
}

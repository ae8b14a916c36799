/**
 * The emitted bytes against the ones that wabt makes of the printed text, and against what the engine does with them.
 */
import { describe, expect, test } from "vitest";
import wabt from "wabt";
import { call, comment, func, loop, when } from "../../src/wasm/control.ts";
import type { Func } from "../../src/wasm/expression.ts";
import { f32x4, f64x2, i8x16, i32, i64x2, local, memory, select, v128 } from "../../src/wasm/instructions.ts";
import { i32x4, load8x8 } from "../../src/wasm/integerVectors.ts";
import { type Exports, encodeModule, withCallees } from "../../src/wasm/module.ts";
import { printFunctions } from "../../src/wasm/text.ts";

const { parseWat } = await wabt();
const FEATURES = { simd: true, threads: true, bulk_memory: true, relaxed_simd: true };

/** The bytes that wabt makes of the text that we print. */
function assembled(exported: Exports, limits = { pages: 1, shared: false }): Uint8Array {
  const { pages, shared } = limits;
  const functions = withCallees(Object.values(exported));
  const text = [
    `(module (import "env" "memory" (memory ${pages} ${shared ? `${pages} shared` : ""}))`,
    printFunctions(functions),
    ...Object.entries(exported).map(([key, f]) => `(export "${key}" (func ${functions.indexOf(f)}))`),
    ")",
  ].join("\n");
  const module = parseWat("test.wat", text, FEATURES);
  return module.toBinary({}).buffer;
}

function run(exported: Exports): {
  call(name: string, ...values: number[]): void;
  floats: Float32Array;
  ints: Int32Array;
} {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const instance = new WebAssembly.Instance(
    new WebAssembly.Module(encodeModule(exported, { pages: 1, shared: false })),
    {
      env: { memory },
    },
  );
  return {
    call: (name, ...values) => (instance.exports[name] as (...v: number[]) => void)(...values),
    floats: new Float32Array(memory.buffer),
    ints: new Int32Array(memory.buffer),
  };
}

const vectors = ["v128", "v128"] as const;

/** Every instruction once: binary ones on two vectors of memory, the result behind them. */
const everyInstruction: Func = func("every", { x: "i32", y: "i32" }, ({ x, y }, declare) => {
  const [a, b, n] = [declare("v128", "a"), declare("v128", "b"), declare("i32", "n")];
  const results = [
    ...([
      f32x4.add,
      f32x4.sub,
      f32x4.mul,
      f32x4.div,
      f32x4.min,
      f32x4.max,
      f32x4.pmin,
      f32x4.pmax,
      f32x4.le,
      f32x4.ge,
    ] as const),
    ...([
      f64x2.add,
      f64x2.sub,
      f64x2.mul,
      f64x2.div,
      f64x2.min,
      f64x2.max,
      f64x2.le,
      f64x2.ge,
      i64x2.add,
      i32x4.add,
      i32x4.dot_i16x8_s,
    ] as const),
  ].map((binary) => binary(a, b));
  const others = [
    f32x4.splat(-0),
    f32x4.splat(Number.NaN),
    f32x4.splat(Number.NEGATIVE_INFINITY),
    f32x4.splat(0.1),
    f32x4.demote_f64x2_zero(a),
    f32x4.relaxed_madd(a, b, a),
    f64x2.splat(1e300),
    f64x2.promote_low_f32x4(b),
    i64x2.shl(a, 52),
    i8x16.shuffle(a, b, [0, 5, 2, 7]),
    v128.bitselect(a, b, a),
    v128.load32_splat(x, 4),
    v128.load64_zero(x, 300),
    v128.load64_splat(x, 70000),
  ];
  const integers = [
    i32.add(x, y),
    i32.sub(x, 1),
    i32.mul(x, -5),
    i32.div_u(x, 3),
    i32.rem_u(x, 7),
    i32.and(x, y),
    i32.shl(x, 2),
    i32.eq(x, y),
    i32.lt_u(x, y),
    i32.gt_u(x, y),
    i32.const(2 ** 31 - 1),
    i32.const(-(2 ** 31)),
    select(x, y, i32.eq(x, 0)),
  ];
  return [
    comment("two operands"),
    local.set(a, v128.load(x)),
    local.set(b, load8x8.int8(x, 8)),
    local.set(b, v128.load(x, 16)),
    [...results, ...others].map((value, i) => v128.store(y, value, i * 16)),
    integers.map((value) => local.set(n, value)),
    v128.store32_lane(y, a, 3, 8),
    v128.store64_lane(y, b, 1),
    memory.copy(y, x, 128),
    memory.fill(y, 0, n),
    loop("round", (again) => [local.set(n, i32.sub(n, 1)), again(n)]),
    when(i32.eq(x, y), [local.set(n, 1)], [local.set(n, 2), comment("the last word is a comment")]),
    comment("and so is this"),
  ];
});

describe("the bytes are those that wabt makes of the text", () => {
  const inner = func("twice", { x: "i32" }, ({ x }) => [v128.store(x, f32x4.add(v128.load(x), v128.load(x)))]);
  const other = func("twice", { x: "i32" }, ({ x }) => [call(inner, x), call(inner, i32.add(x, 16))]);
  const none = func("none", {}, () => []);
  test.each<[string, Exports]>([
    ["every instruction", { every: everyInstruction }],
    ["calls, two functions of one name, one exported twice", { a: other, b: inner, c: other }],
    ["an empty function", { none }],
  ])("%s", (_, exported) => {
    expect([...encodeModule(exported, { pages: 1, shared: false })]).toEqual([...assembled(exported)]);
  });

  test("a shared memory of many pages", () => {
    const limits = { pages: 300, shared: true };
    expect([...encodeModule({ none }, limits)]).toEqual([...assembled({ none }, limits)]);
  });
});

test("the text of a function reads like the formula", () => {
  const scale = func("scale", { x: "i32" }, ({ x }, declare) => {
    const v = declare("v128", "v");
    return [comment("v = 2 · v"), local.set(v, f32x4.mul(v128.load(x), f32x4.splat(2))), v128.store(x, v, 16)];
  });
  expect(printFunctions([scale])).toBe(`(func $scale (param $x i32)
  (local $v v128)
  ;; v = 2 · v
  (local.set $v (f32x4.mul (v128.load align=1 (local.get $x)) (v128.const f32x4 2 2 2 2)))
  (v128.store offset=16 align=1 (local.get $x) (local.get $v)))
`);
});

test("variables of one name are told apart", () => {
  const f = func("f", { s: "i32" }, (_, declare) => [
    local.set(declare("i32", "s"), 1),
    local.set(declare("i32", "s"), 2),
  ]);
  expect(f.locals.map(({ name, index }) => [name, index])).toEqual([
    ["s.1", 1],
    ["s.2", 2],
  ]);
});

test("loops, branches and calls do what they say", () => {
  const store = func("store", { at: "i32", value: "i32" }, ({ at, value }, declare) => {
    const v = declare("v128", "v");
    return [memory.fill(at, value, 4), local.set(v, v128.load(at))];
  });
  const main = func("main", { n: "i32" }, ({ n }) => [
    when(n, [
      loop("down", (again) => [
        when(i32.and(n, 1), [call(store, i32.shl(n, 2), n)], [call(store, i32.shl(n, 2), 255)]),
        local.set(n, i32.sub(n, 1)),
        again(n),
      ]),
    ]),
  ]);
  const program = run({ main });
  program.call("main", 0);
  expect([...program.ints.subarray(0, 6)]).toEqual([0, 0, 0, 0, 0, 0]);
  program.call("main", 5);
  expect([...program.ints.subarray(0, 6)]).toEqual([0, 0x01010101, -1, 0x03030303, -1, 0x05050505]);
});

test("lanes go where they should", () => {
  const f = func("f", { x: "i32" }, ({ x }, declare) => {
    const [a, b] = vectors.map((type, i) => declare(type, `v${i}`));
    return [
      local.set(a, v128.load(x)),
      local.set(b, v128.load(x, 16)),
      v128.store(x, i8x16.shuffle(a, b, [0, 5, 2, 7]), 32),
      v128.store64_lane(x, a, 1, 48),
      v128.store32_lane(x, b, 3, 56),
    ];
  });
  const { call: invoke, floats } = run({ f });
  floats.set([0, 1, 2, 3, 4, 5, 6, 7]);
  invoke("f", 0);
  expect([...floats.subarray(8, 16)]).toEqual([0, 5, 2, 7, 2, 3, 7, 0]);
});

/** Functions of one geometry are made once: the cache's key is a function of a module and what JSON says of constants. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createEmitter } from "../../../src/kernels/simd/emitter.ts";
import { sizesFor } from "../../../src/kernels/simd/engines.ts";
import { func } from "../../../src/wasm/control.ts";

const emitter = () => createEmitter("exact", sizesFor("exact", "node-20"));
const one = ({ n }: { readonly n: number }) => func(`one${n}`, { x: "i32" }, () => []);
const other = ({ n }: { readonly n: number }) => func(`other${n}`, { x: "i32" }, () => []);

describe("an emitter", () => {
  test("gives the same function for equal constants, another for another maker", () => {
    const { func: made } = emitter();
    const first = made(one, { n: 1 });
    expect(made(one, { n: 1 })).toBe(first);
    expect(made(one, { n: 2 })).not.toBe(first);
    expect(made(other, { n: 1 })).not.toBe(first);
    expect(emitter().func(one, { n: 1 })).not.toBe(first);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "refuses %d, which JSON would make null",
    (n) => {
      expect(() => emitter().func(one, { n })).toThrow(`n is ${n}`);
    },
  );

  test("refuses functions, which JSON leaves out", () => {
    const maker = (_: { readonly finish: () => void }) => one({ n: 1 });
    expect(() => emitter().func(maker, { finish: () => {} })).toThrow("finish is a function");
  });

  test("keeps a limited number of them", () => {
    const { func: made } = emitter();
    const first = made(one, { n: 0 });
    for (let n = 1; n <= 300; n++) made(one, { n });
    expect(made(one, { n: 0 })).not.toBe(first);
  });
});

test("every maker is a function of its module, so that nothing but its constants decides what it makes", () => {
  const folder = "src/kernels/simd";
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => {
    return name.endsWith(".ts") && name !== "emitter.ts";
  });
  const used = files.flatMap((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    return [...text.matchAll(/\bfunc\((\w+), (?:\{|[a-z])/g)].map(([, maker]) => ({ name, maker, text }));
  });
  expect(used.length).toBeGreaterThan(8);
  for (const { name, maker, text } of used) {
    const isOfModule = new RegExp(`^(export )?(function|const) ${maker}\\b|import[^;]*\\b${maker}\\b`, "m").test(text);
    expect(isOfModule, `${name}: ${maker}`).toBe(true);
  }
});

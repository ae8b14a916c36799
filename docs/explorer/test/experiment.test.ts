/** The numbers of the laboratory, without a browser: every sum shown is the engine's. */
import { describe, expect, test } from "vitest";
import { ShapeError } from "../../../src/index.ts";
import { byProduct, byValue, type Extents, macsSoFar, start, within } from "../step/cursor.ts";
import { experiment, KINDS, RULES, type Settings, termCount, termsOf, totalMacs } from "../step/experiment.ts";
import { counted, typed } from "../step/images.ts";

const all: readonly Settings[] = RULES.flatMap((rule) =>
  [1, 2, 3].flatMap((stride) =>
    [1, 2].flatMap((dilation) =>
      [1, 2].map((multiplier): Settings => {
        return { H: 6, W: 7, channels: 3, outputs: 2, kernel: 3, stride, rule, dilation, multiplier };
      }),
    ),
  ),
);

test.each(all)(
  "every product of every value: $rule, stride $stride, dilation $dilation, multiplier $multiplier",
  (settings) => {
    const stages = experiment(settings, counted(settings));
    for (const kind of KINDS) {
      const stage = stages[kind];
      const { OH, OW, O } = stage.geometry;
      for (let oh = 0; oh < OH; oh++) {
        for (let ow = 0; ow < OW; ow++) {
          for (let o = 0; o < O; o++) {
            const terms = termsOf(stage, oh, ow, o);
            expect(terms.length).toBe(termCount(stage));
            expect(terms.reduce((sum, { x, w }) => sum + x * w, 0) + 0).toBe(stage.output.at(0, oh, ow, o) + 0);
          }
        }
      }
    }
    const { standard, depthwise, pointwise } = stages;
    expect(standard.output.shape).toEqual(pointwise.output.shape);
    const { outputs: N, multiplier: M } = settings;
    const ratio = totalMacs(standard) / (totalMacs(depthwise) + totalMacs(pointwise));
    expect(ratio).toBeCloseTo(1 / (M / N + M / 9), 10);
  },
);

test("a kernel that does not fit is refused by name", () => {
  const settings: Settings = { ...all[0], rule: "valid", H: 2, kernel: 5 };
  expect(() => experiment(settings, counted(settings))).toThrow(ShapeError);
});

test("numbers that are typed", () => {
  const size = { H: 2, W: 2, channels: 1 };
  expect(typed("1, 2; -3.5\n4 5 6", size).toArray()).toEqual([
    [
      [[1], [2]],
      [[-3.5], [4]],
    ],
  ]);
  expect(typed("", size).toArray()).toEqual([
    [
      [[0], [0]],
      [[0], [0]],
    ],
  ]);
  expect(typed("1，2；3、4", size).toArray()).toEqual([
    [
      [[1], [2]],
      [[3], [4]],
    ],
  ]);
  expect(() => typed("1 two", size)).toThrow('"two"');
});

describe("the walk", () => {
  const extents: Extents = { OH: 2, OW: 3, channels: 2, terms: [4, 3] };

  test("product by product there and back passes every product once", () => {
    let cursor = { ...start(extents), added: 1 };
    const seen = [cursor];
    for (let next = byProduct(cursor, 1, extents); next !== cursor; next = byProduct(cursor, 1, extents)) {
      cursor = next;
      seen.push(cursor);
    }
    expect(seen.length).toBe(2 * 3 * (4 + 3));
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(seen.length);
    for (const expected of [...seen].reverse().slice(1)) {
      cursor = byProduct(cursor, -1, extents);
      expect(cursor).toEqual(expected);
    }
  });

  test("it stays at the ends, and within an output that shrinks", () => {
    expect(byValue(start(extents), -1, extents)).toEqual(start(extents));
    expect(byValue(start(extents), 99, extents)).toEqual({ oh: 1, ow: 2, o: 1, added: 3 });
    expect(within({ oh: 9, ow: 9, o: 9, added: 99 }, extents)).toEqual({ oh: 1, ow: 2, o: 1, added: 3 });
  });

  test("the last product of the last value is all of them", () => {
    const last = { oh: 1, ow: 2, o: 1, added: 3 };
    expect(macsSoFar(last, extents, { channels: 2, terms: 3 })).toBe(36);
    expect(macsSoFar(last, extents, { channels: 1, terms: 3 })).toBe(18); // one channel, three products
  });
});

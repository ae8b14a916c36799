/** Mistakes of kernels of integers are named where they are made, and nowhere else. */
import { describe, expect, test } from "vitest";
import { ROUNDINGS } from "../../../src/ops/quantized/index.ts";
import { QUANTIZED_MISTAKES } from "../../../src/testing/index.ts";
import { SHARED_FAULTS } from "../../support/faults.ts";
import { nameQuantizedMistakes, RANDOM, RIGHT } from "../../support/oracleTables.ts";
import { QUANTIZED_FAULTS } from "../../support/quantizedFaults.ts";

test("every mistake has a name of its own, and is planted", () => {
  expect(new Set(QUANTIZED_MISTAKES).size).toBe(QUANTIZED_MISTAKES.length);
  const planted = new Set([...SHARED_FAULTS, ...QUANTIZED_FAULTS].map(([name]) => name));
  const ofOtherLayouts = ["filter read as HWIO", "input read as NHWC", "output written as NHWC"];
  expect(QUANTIZED_MISTAKES.filter((name) => !planted.has(name))).toEqual(ofOtherLayouts);
  expect([...planted].filter((name) => !QUANTIZED_MISTAKES.includes(name))).toEqual([]);
});

/** What cannot show where weights have no zero point, all channels have one scale, or halves go up by the rule itself. */
const HIDDEN: Readonly<Record<string, readonly string[]>> = {
  int8: ["zero point of the weights forgotten"],
  uint8: ["one scale for all output channels", "scale read at the wrong index"],
  "tflite-single": ["halves rounded up, not to even"],
};
/** So near the right ratio that few outputs differ, and none by some rules. */
const RARE = "ratio of 15 or 16 bits";
let rare = 0;

describe.each((["int8", "uint8"] as const).flatMap((type) => ROUNDINGS.map((rounding) => [type, rounding] as const)))(
  "%s, %s",
  (type, rounding) => {
    test("each is named in 95 % of the cases in which it shows; right kernels and random numbers have none", {
      timeout: 60_000,
    }, () => {
      const cases = 80;
      for (const { name, shows, named } of nameQuantizedMistakes(cases, { type, rounding })) {
        if (name === RIGHT) expect([shows, named]).toEqual([0, 0]);
        else if (name === RANDOM) expect([shows, named]).toEqual([cases, 0]);
        else if ([type, rounding].some((draw) => HIDDEN[draw]?.includes(name))) expect(shows, name).toBe(0);
        else if (name === RARE) {
          expect(named).toBe(shows);
          rare += shows;
        } else {
          expect(shows, name).toBeGreaterThan(3);
          expect(named / shows, name).toBeGreaterThanOrEqual(0.95);
        }
      }
    });
  },
);

test("a ratio of 16 bits shows now and then", () => {
  expect(rare).toBeGreaterThan(0);
});

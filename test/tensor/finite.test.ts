import { expect, test } from "vitest";
import { areFinite } from "../../src/tensor/finite.ts";

test("one number that is not finite is found, wherever it is", () => {
  for (let size = 0; size < 10; size++) {
    const values = new Float32Array(size).fill(-3.4e38);
    expect(areFinite(values)).toBe(true);
    for (let i = 0; i < size; i++) {
      for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        expect(areFinite(values.with(i, wrong)), `${wrong} at ${i} of ${size}`).toBe(false);
      }
    }
  }
});

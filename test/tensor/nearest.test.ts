import { expect, test } from "vitest";
import { distance, suggestion } from "../../src/tensor/nearest.ts";

test("near names are suggested, far ones are not", () => {
  expect(["", "abc", "ab", "kitten"].map((a, i) => distance(a, ["ab", "acb", "ab", "sitting"][i]))).toEqual([
    2, 1, 0, 3,
  ]);
  expect(suggestion("sumary", ["summary", "sweep"])).toBe(' (did you mean "summary"?)');
  expect(suggestion("resnet", ["summary", "sweep"])).toBe("");
});

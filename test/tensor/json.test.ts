import { expect, test } from "vitest";
import { parseJson } from "../../src/tensor/json.ts";

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

test("what JSON.parse says of valid text", () => {
  for (const text of [
    '{"a":[1,{"b":"\\"[[{"}]}',
    "3",
    '"\\\\"',
    "[]",
    nested(100),
    '["a","a"]',
    '{"a":{"b":1},"b":"a"}',
  ]) {
    expect(parseJson("file", text)).toEqual(JSON.parse(text));
  }
});

test.each([
  [nested(101), "file is nested 101 deep, needs at most 100"],
  [`{"a":${'{"b":'.repeat(100)}`, "file is nested 101 deep, needs at most 100"],
  [nested(4_000_000), "file is nested 4000000 deep, needs at most 100"],
  ["{", "file is not valid JSON ("],
  ['"'.repeat(1001), "file is not valid JSON ("],
  ['"\\', "file is not valid JSON ("],
  ['{"\\x":1,"\\x":2}', "file is not valid JSON ("],
  ['{"a":1,"b":{"a":2},"\\u0061":3}', 'file names "a" twice'],
])("%# is refused", (text, message) => {
  expect(() => parseJson("file", text)).toThrow(message);
});

import { describe, expect, test } from "vitest";
import { float32, float64, name, signed, unsigned, vector } from "../../src/wasm/encoding.ts";

/** LEB128 read back, as the specification describes it. */
function decode(bytes: readonly number[], isSigned: boolean): number {
  let value = 0n;
  bytes.forEach((byte, i) => {
    value |= BigInt(byte & 127) << BigInt(7 * i);
  });
  const width = BigInt(7 * bytes.length);
  return Number(isSigned ? BigInt.asIntN(Number(width), value) : value);
}

const NUMBERS = [0, 1, 63, 64, 65, 127, 128, 129, 8191, 8192, 16383, 16384, 2 ** 21, 2 ** 28 - 1, 2 ** 28, 2 ** 31 - 1];

describe("LEB128", () => {
  test.each([...NUMBERS, 2 ** 31, 2 ** 32 - 1])("unsigned %d", (n) => {
    const bytes = unsigned(n);
    expect(decode(bytes, false)).toBe(n);
    expect(bytes.length).toBe(Math.max(1, Math.ceil(Math.log2(n + 1) / 7)));
    expect(bytes.every((byte, i) => byte >= 128 === i < bytes.length - 1)).toBe(true);
  });

  test.each([...NUMBERS, ...NUMBERS.map((n) => -n), -(2 ** 31)])("signed %d", (n) => {
    const bytes = signed(n);
    expect(decode(bytes, true)).toBe(n + 0);
    expect(bytes.length).toBeLessThanOrEqual(5);
    if (bytes.length > 1) expect(decode(bytes.slice(0, -1), true)).not.toBe(n); // none too many
  });

  test("the examples of the specification's source, DWARF", () => {
    expect(unsigned(624485)).toEqual([0xe5, 0x8e, 0x26]);
    expect(signed(-123456)).toEqual([0xc0, 0xbb, 0x78]);
  });
});

test("floats, lists and names", () => {
  expect(float32(1)).toEqual([0, 0, 0x80, 0x3f]);
  expect(float64(-2)).toEqual([0, 0, 0, 0, 0, 0, 0, 0xc0]);
  expect(vector([[1], [2, 3]])).toEqual([2, 1, 2, 3]);
  expect(name("é")).toEqual([2, 0xc3, 0xa9]);
});

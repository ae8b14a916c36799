import { expect, test } from "vitest";
import { show } from "../../src/tensor/errors.ts";
import { formatShape } from "../../src/tensor/shape.ts";
import { cut, visible, visibleJson } from "../../src/tensor/visible.ts";

test("what a terminal or the eye would obey becomes text; letters, line ends and tabs stay", () => {
  expect(visible("a\x1b[2Jb\x07\x9bc\u202ed\u2066e\r\0")).toBe("a\\x1b[2Jb\\x07\\x9bc\\u202ed\\u2066e\\x0d\\x00");
  expect(visible("é 鸟\n\t×…👍")).toBe("é 鸟\n\t×…👍");
  const text = JSON.stringify({ name: "\x9b31m\u202e\x1b" });
  expect(visibleJson(text)).not.toMatch(/[\x7f-\x9f\u202e]/);
  expect(JSON.parse(visibleJson(text))).toEqual(JSON.parse(text));
  expect([cut("abc", 3), cut("abcd", 3)]).toEqual(["abc", "abc…"]);
});

test("show is bounded in depth and length, and believes nothing", () => {
  let nested: unknown = [];
  for (let i = 0; i < 5000; i++) nested = [nested];
  const cyclic: unknown[] = [];
  cyclic.push(cyclic, cyclic);
  const liar = { constructor: { name: "Tensor\x1b[31m".repeat(1000) }, toString: () => "x".repeat(1e6) };
  const throwing = new Proxy([], {
    get: () => {
      throw new Error("no");
    },
  });
  class Other {}
  expect(show(nested)).toBe("[[[[…]]]]");
  expect(show(cyclic)).toBe("[[[[…], […]], [[…], […]]], [[[…], […]], [[…], […]]]]");
  expect(show(liar).length).toBeLessThan(120);
  expect(show(liar)).not.toContain("\x1b");
  expect(show(throwing)).toBe("an object that cannot be read");
  expect(show(new Other())).toBe("an Other");
  expect(show(10n ** 500n).length).toBeLessThan(50);
  expect(show(Symbol("x".repeat(500))).length).toBeLessThan(50);
  expect(show("\u202e\x1b")).toBe('"\\u202e\\u001b"');
  expect(show([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]])).toBe("[[1, 2, 3, 4, 5, 6, 7, 8, …]]");
});

test("shapes that are none are shown in a few letters", () => {
  let nested: unknown = [];
  for (let i = 0; i < 5000; i++) nested = [nested];
  expect(formatShape(nested as number[])).toBe("[[[[…]]]]");
  expect(formatShape(Array(1e6).fill(1))).toBe(`${Array(16).fill(1).join("×")}×…`);
});

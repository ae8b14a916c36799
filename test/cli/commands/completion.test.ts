/** The script, run by the shell that it is for. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { runHere as run } from "../../support/cli.ts";

/** What bash offers for a line that ends in the word being typed. */
async function offered(...words: string[]): Promise<readonly string[]> {
  const { out } = await run("completion", "bash");
  const typed = ["separable", ...words].map((word) => `'${word}'`).join(" ");
  const script = `${out}\nCOMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _separable; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", script], { encoding: "utf8" }).trim().split("\n");
}

test("commands, their options, and the words of an option", async () => {
  expect(await offered("comp")).toEqual(["compare", "completion"]);
  expect(await offered("train", "--l")).toEqual(["--learning-rate"]);
  expect(await offered("compare", "--")).toContain("--svg");
  expect(await offered("count", "--")).not.toContain("--svg");
  expect(await offered("profile", "--backend", "")).toEqual(["naive", "im2col", "simd"]);
  expect(await offered("convert", "package.js")).toEqual(["package.json"]);
});

test("zsh reads the same script", async () => {
  const [bash, zsh] = [await run("completion", "bash"), await run("completion", "zsh")];
  expect(zsh.out).toBe(`autoload -U +X bashcompinit && bashcompinit\n${bash.out}`);
});

test.each([
  [["completion"], '""'],
  [["completion", "fish"], '"fish"'],
])("%j is refused", async (words, found) => {
  const { code, err } = await run(...words);
  expect([code, err]).toEqual([2, `completion: SHELL is ${found}, needs one of bash, zsh\n`]);
});

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

// Data flows down this list: a file may import from its own room or an earlier one, never from a later one. The tiers
// of kernels stand beside one another and may not import each other at all.
const ROOMS = [
  "tensor",
  "wasm",
  "geometry",
  "kernels/contract",
  "graph",
  "runtime",
  "kernels/naive",
  "kernels/im2col",
  "kernels/simd",
  "kernels",
  "session",
  "quantize",
  "ops",
  "models",
  "data/embedded",
  "formats",
  "data",
  "image",
  "train",
  "analysis",
  "measure",
  "testing",
  "report",
  "cli",
];
const SRC = resolve(import.meta.dirname, "../src");

function roomOf(path: string): number {
  const folder = `${relative(SRC, dirname(path))}/`;
  const matches = ROOMS.filter((room) => folder.startsWith(`${room}/`));
  return Math.min(...matches.map((room) => ROOMS.indexOf(room))); // "kernels/naive" comes before "kernels"
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".ts") && name !== "index.ts", // index.ts, the public door, may import everything
);

/** What a file imports, statically, for types only, or when it is needed. */
function importsOf(name: string): readonly string[] {
  const file = join(SRC, name);
  const found = readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g);
  return [...found].map(([, target = ""]) => relative(SRC, resolve(dirname(file), target)));
}

test.each(files)("src/%s imports nothing from a later room", (name) => {
  const own = roomOf(join(SRC, name));
  for (const imported of importsOf(name)) {
    const room = roomOf(join(SRC, imported));
    const found = `${name} -> ${imported}`;
    expect(room, found).toBeLessThanOrEqual(own);
    if (ROOMS[own].startsWith("kernels/") && room !== own)
      expect(ROOMS[room], found).not.toMatch(/^kernels\/(?!contract)/);
  }
});

test("no files import one another in a circle", () => {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    expect(path, [...path, name].join(" -> ")).not.toContain(name);
    if (done.has(name)) return;
    for (const imported of importsOf(name)) visit(imported, [...path, name]);
    done.add(name);
  };
  for (const name of files) visit(name, []);
});

test("index.ts only re-exports", () => {
  const statements = readFileSync(join(SRC, "index.ts"), "utf8")
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .split(";");
  for (const statement of statements) expect(statement.trim()).toMatch(/^(export (type )?\{[^}]*\} from "[^"]+")?$/);
});

test("every file is in a room", () => {
  for (const name of files) expect(roomOf(join(SRC, name)), name).toBeLessThan(ROOMS.length);
});

test.each(files)("src/%s has no comment wider than 120 columns", (name) => {
  const wide = readFileSync(join(SRC, name), "utf8")
    .split("\n")
    .filter((line) => /^\s*(\/\/|\/?\*)/.test(line) && line.length > 120);
  expect(wide).toEqual([]);
});

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

// Data flows down this list: a file may import from its own room or an earlier one, never from a later one. The tiers of
// kernels stand beside one another and may not import each other at all.
const ROOMS = [
  "tensor",
  "wasm",
  "geometry",
  "kernels/naive",
  "kernels/im2col",
  "kernels/simd",
  "kernels",
  "ops",
  "graph",
  "models",
  "weights",
  "image",
  "train",
  "analysis",
  "testing",
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

test.each(files)("src/%s imports nothing from a later room", (name) => {
  const file = join(SRC, name);
  const own = roomOf(file);
  for (const [, target = ""] of readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)"/g)) {
    const imported = resolve(dirname(file), target);
    const room = roomOf(imported);
    const found = `${name} -> ${relative(SRC, imported)}`;
    expect(room, found).toBeLessThanOrEqual(own);
    if (ROOMS[own].startsWith("kernels/") && room !== own) expect(ROOMS[room], found).not.toMatch(/^kernels/);
  }
});

test("every file is in a room", () => {
  for (const name of files) expect(roomOf(join(SRC, name)), name).toBeLessThan(ROOMS.length);
});

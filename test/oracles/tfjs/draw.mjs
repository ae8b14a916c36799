/** @file Options, shapes and numbers of generated cases, from a seed; and the form in which they are written. */
import { writeFileSync } from "node:fs";
import { seeded } from "../seeded.mjs";

const sizeOf = (shape) => shape.reduce((product, extent) => product * extent, 1);

export function draw(word) {
  const next = seeded(word);
  const number = (low, high) => low + Math.floor(next() * (high - low + 1));
  const flag = () => next() < 0.5;
  return {
    number,
    flag,
    one: (...choices) => choices[number(0, choices.length - 1)],
    /** Some of these options, so that defaults are met too. */
    some: (options) => Object.fromEntries(Object.entries(options).filter(() => next() < 0.7)),
    /** Eighths, which are short in JSON and exact in float32. */
    values: (shape, low = -16, high = 16) => Array.from({ length: sizeOf(shape) }, () => number(low, high) / 8),
    image: (low = 3, high = 7) => [number(low, high), number(low, high), number(1, 4)],
    row: () => [number(4, 9), number(1, 4)],
    any: () => Array.from({ length: number(1, 3) }, () => number(1, 5)),
    shuffled: (list) =>
      list
        .map((one) => [next(), one])
        .sort(([a], [b]) => a - b)
        .map(([, one]) => one),
  };
}

export function numbersOf(t) {
  return { shape: [...t.shape], values: Array.from(t.dataSync(), (v) => Number(v.toPrecision(7))) };
}

export function write(name, cases) {
  const lines = cases.map((one) => JSON.stringify(one));
  writeFileSync(new URL(`../${name}`, import.meta.url), `[\n${lines.join(",\n")}\n]\n`);
  console.log(`${cases.length} cases: ${name}`);
}

/**
 * One word for one thing (docs/glossary.md): identifiers that were retired, and phrases that no reader should meet in
 * src.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const SRC = resolve(import.meta.dirname, "../src");

/** Words that no identifier is made of, and what to say instead. */
const RETIRED: Readonly<Record<string, string>> = {
  ahead: "prefetch",
  bent: "activated",
  deal: "scatter",
  death: "exit",
  hand: "worker",
  hands: "workers",
  least: "min",
  look: "spin",
  looks: "spins",
  meet: "barrier",
  member: "thread",
  most: "max",
  picture: "image",
  pictures: "images",
  place: "file, address, index, offset, position or target",
  places: "files, addresses, indices, offsets, positions or targets",
  recipe: "kernel",
  recipes: "kernels",
  stretch: "slice, span or working set",
  stretches: "slices, spans or working sets",
  summing: "linear",
  team: "threads",
};

const PHRASES: readonly RegExp[] = [
  /\bso many\b/i,
  /\blets? go\b/i,
  /\bof (its|their) own\b/i,
  /\blooks? at a word\b/i,
  /\bmeets?\b/i,
  /\b(some|no)body\b/i,
  /\bas those did\b/i,
  /\botherwise than\b/i,
  /\bbegins? anew\b/i,
  /\blies behind\b/i,
];

/** The code without comments, strings and the texts of templates. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g, (match) =>
    match.startsWith("`") ? [...match.matchAll(/\$\{([^}]*)\}/g)].map(([, inside]) => inside).join(" ") : " ",
  );
}

/** startThreads → start, threads; MAX_ROWS → max, rows */
function wordsOf(identifier: string): readonly string[] {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[\s_$]+/)
    .map((word) => word.toLowerCase());
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));

test("the words of an identifier", () => {
  expect(["mostLikely", "MOST_ROWS", "placeOf", "innermost"].map(wordsOf)).toEqual([
    ["most", "likely"],
    ["most", "rows"],
    ["place", "of"],
    ["innermost"],
  ]);
});

test("only code counts, with what is put into templates", () => {
  const template = ["`most $", "{least}`"].join("");
  expect(codeOf(`"place" + b; // place\n/* place */ ${template}`).match(/\w+/g)).toEqual(["b", "least"]);
});

test.each(files)("src/%s has no retired word and no phrase that reads badly", (name) => {
  const text = readFileSync(join(SRC, name), "utf8");
  const identifiers = new Set(codeOf(text).match(/[A-Za-z_$][\w$]*/g));
  const retired = [...identifiers].flatMap((identifier) =>
    wordsOf(identifier)
      .filter((word) => Object.hasOwn(RETIRED, word))
      .map((word) => `${identifier}: not ${word} but ${RETIRED[word]}`),
  );
  const found = PHRASES.flatMap((phrase) => text.match(phrase)?.[0] ?? []);
  expect([...retired, ...found]).toEqual([]);
});

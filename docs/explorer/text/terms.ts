/** @file The glossary's definitions, which the page shows when a word is clicked. */
import terms from "../../glossary.json" with { type: "json" };

export type Term = keyof typeof terms;

/** Definitions in one language, by the ids of docs/glossary.json. */
export function meanings(language: "en" | "zh"): Readonly<Record<Term, string>> {
  const pairs = Object.entries(terms).map(([id, { meaning }]) => [id, meaning[language]]);
  return Object.fromEntries(pairs) as Record<Term, string>;
}

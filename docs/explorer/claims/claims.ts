/** @file The sentences of chapter 6, parsed from the chapter itself, so that the two cannot differ. */
import chapter from "../../06-what-people-say.md?raw";

export const VERDICTS = ["right", "ambiguous", "wrong", "repeats"] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Claim {
  readonly id: string;
  /** The original sentence. */
  readonly zh: string;
  readonly en: string;
  readonly verdict: Verdict;
  /** The verdict with its qualifier, in English. */
  readonly ruling: string;
  /** What is true, in English. */
  readonly truth: string;
}

const ENTRY = /^## (S\d+)\. (.*)\n\n> (.*)\n\n\*\*(.*?)\*\* ([\s\S]*?)\nTest:/gm;

export const CLAIMS: readonly Claim[] = [...chapter.matchAll(ENTRY)].map(([, id, en, zh, verdict, truth]) => ({
  id,
  zh,
  en,
  verdict: VERDICTS.find((word) => verdict.toLowerCase().startsWith(word)) ?? "repeats",
  ruling: verdict.replace(/\.$/, ""),
  truth: truth.replaceAll("\n", " "),
}));

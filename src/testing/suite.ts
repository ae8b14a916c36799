/** @file Judges a whole suite: how many cases fail, what they share, and which mistakes explain them. */
import { checkRecord, ShapeError, show } from "../tensor/errors.ts";
import type { Answer } from "./answer.ts";
import { judgeConv } from "./judge.ts";
import type { Judgement, Verdict } from "./judgement.ts";
import type { ConvOracle } from "./oracle.ts";
import type { QuantizedConvOracle } from "./quantized/oracle.ts";
import { type Shared, sharedTraits, traitsOf } from "./traits.ts";

/** An answer to one case of a suite. */
export interface AnsweredCase {
  readonly name: string;
  readonly oracle: ConvOracle | QuantizedConvOracle;
  readonly answer: Answer;
}

/** How close many answers are. */
export interface SuiteJudgement {
  /** The worst verdict of all cases. */
  readonly verdict: Verdict;
  readonly isClose: boolean;
  /** Number of cases with each verdict. */
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly cases: readonly { readonly name: string; readonly judgement: Judgement }[];
  /** Mistakes, and how many of the failing cases each explains; the most frequent first. */
  readonly mistakes: readonly { readonly name: string; readonly cases: number }[];
  /** Traits that all failing cases and few passing ones have; null if none sets them apart. */
  readonly shared: Shared | null;
  /** The same in sentences. */
  readonly message: string;
}

/**
 * Judges the answers to a suite of convolutions.
 *
 * @param answers consumed one by one, so that a generator need not keep them
 * @throws ShapeError for an empty suite, or what {@link judgeConv} refuses
 *
 * @example
 * const { message } = judgeSuite(convCases().filter(({ op }) => op === "conv2d").map((wanted) => {
 *   const { input, filter, options } = convOperandsFor(wanted);
 *   const oracle = convOracle(wanted.op, input, filter, options);
 *   return { name: wanted.name, oracle, answer: conv2d(input, filter, options) }; // your kernel instead
 * }));
 */
export function judgeSuite(answers: Iterable<AnsweredCase>): SuiteJudgement {
  const cases: { readonly name: string; readonly judgement: Judgement; readonly traits: readonly boolean[] }[] = [];
  const isList = typeof (answers as Partial<Iterable<AnsweredCase>> | null)?.[Symbol.iterator] === "function";
  if (!isList || ArrayBuffer.isView(answers)) {
    throw new ShapeError(`judgeSuite: the answers are ${show(answers)}, needs a list`);
  }
  for (const answered of answers) {
    checkRecord("judgeSuite", `case ${cases.length}`, answered);
    const { name, oracle, answer } = answered;
    cases.push({ name, judgement: judgeConv(answer, oracle), traits: traitsOf(oracle) });
  }
  if (cases.length === 0) throw new ShapeError("judgeSuite: the suite is empty, needs at least one case");
  const [failing, passing] = [false, true].map((isClose) =>
    cases.filter(({ judgement }) => judgement.isClose === isClose),
  );
  const countOf = (verdict: Verdict): number => cases.filter(({ judgement }) => judgement.verdict === verdict).length;
  const counts = { within: countOf("within"), suspicious: countOf("suspicious"), wrong: countOf("wrong") };
  const explained = new Map<string, number>();
  for (const { judgement } of failing) {
    for (const { name } of judgement.mistakes) explained.set(name, (explained.get(name) ?? 0) + 1);
  }
  const judged = {
    verdict: counts.wrong > 0 ? "wrong" : counts.suspicious > 0 ? "suspicious" : "within",
    isClose: failing.length === 0,
    counts,
    cases: cases.map(({ name, judgement }) => ({ name, judgement })),
    mistakes: [...explained].map(([name, count]) => ({ name, cases: count })).sort((a, b) => b.cases - a.cases),
    shared: sharedTraits(
      failing.map(({ traits }) => traits),
      passing.map(({ traits }) => traits),
    ),
  } as const;
  return { ...judged, message: messageOf(judged) };
}

/** A message names mistakes that explain at least this share of the failing cases. */
const MIN_SHARE = 1 / 3;

function messageOf({ counts, cases, mistakes, shared }: Omit<SuiteJudgement, "message">): string {
  const failing = counts.wrong + counts.suspicious;
  if (failing === 0) return `all ${cases.length} cases are within their bounds`;
  const first = cases.find(({ judgement }) => !judgement.isClose);
  return [
    `${failing} of ${cases.length} cases fail: ${counts.wrong} wrong, ${counts.suspicious} suspicious`,
    ...(failing === cases.length && failing > 1 ? ["no case passes"] : []),
    ...(shared === null ? [] : [sentenceOf(shared)]),
    ...mistakes
      .filter(({ cases }) => cases >= MIN_SHARE * failing)
      .map(({ name, cases }) => `${cases} of them fit this mistake: ${name}`),
    ...(first === undefined ? [] : [`the first, ${first.name}:`, first.judgement.message]),
  ].join("\n");
}

function sentenceOf({ words, passing }: Shared): string {
  if (passing === 0) return `all fail that have ${words}, and no others`;
  return `all that fail have ${words}; ${passing} with ${words} ${passing === 1 ? "passes" : "pass"}`;
}

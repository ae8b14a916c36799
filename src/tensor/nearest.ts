/** @file "Did you mean …?" for misspelt names. */

/** Other libraries' names for our options, in lower case, and ours. */
const ELSEWHERE: readonly (readonly [theirs: RegExp, ...ours: string[]])[] = [
  [/^(kernel(size|shape)|ksize)$/, "kernel", "windowDimensions"],
  [/^(kernel|poolsize)$/, "windowDimensions"],
  [/^(filters|units|out(channels|features))$/, "outputs"],
  [/^usebias$/, "bias"],
  [/^(depth|channel)multiplier$/, "multiplier"],
  [/^ceilmode$/, "rounding"],
  [/^dataformat$/, "layout"],
  [/^eps$/, "epsilon"],
  [/^pads$/, "padding"],
];

/** ` (did you mean "summary"?)`, or nothing if no word is close. */
export function suggestion(typed: string, words: readonly string[]): string {
  const short = typed.slice(0, 40).toLowerCase();
  const elsewhere = ELSEWHERE.filter(([theirs]) => theirs.test(short.replaceAll("_", "")));
  const ours = elsewhere.flatMap(([, ...own]) => own).find((word) => words.includes(word));
  if (ours !== undefined) return ` (did you mean ${JSON.stringify(ours)}?)`;
  const [best] = words
    .map((word) => ({ word, steps: distance(short, word.toLowerCase()) }))
    .filter(({ word, steps }) => steps <= Math.max(1, Math.floor(Math.max(word.length, short.length) / 3)))
    .sort((a, b) => a.steps - b.steps);
  return best === undefined ? "" : ` (did you mean ${JSON.stringify(best.word)}?)`;
}

/** Edit distance: insertions, deletions, replacements and swaps of neighbours that turn a into b (F. Damerau, 1964). */
export function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const steps = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (isSame ? 0 : 1));
      row.push(isSwapped ? Math.min(steps, rows[i - 2][j - 2] + 1) : steps);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}

/** @file Draws horizontal bars in groups. */
import type { BarChart } from "./chart.ts";
import { colour } from "./chartStyle.ts";
import { escaped } from "./markup.ts";
import { type Drawing, key, LINE, n, text, WIDTH } from "./svg.ts";

/** Width of a letter, the longest label beside its bars, and the longest above them. */
const LETTER = 8;
const MAX_BESIDE = 24;
const MAX_ABOVE = 56;

export function bars({ series, groups }: BarChart): Drawing {
  const longest = Math.max(...groups.map(({ label }) => label.length));
  const isAbove = longest > MAX_BESIDE;
  const left = isAbove ? 8 : longest * LETTER + 14;
  const room = WIDTH - left - 62;
  const max = Math.max(...groups.flatMap(({ bars: own }) => own.map(({ value }) => value)));
  const thick = 13;
  const names = series.length > 1 ? key(series, 14) : [];
  const body = [...names];
  let y = names.length > 0 ? LINE * names.length + 8 : 6;
  for (const { label, bars: own } of groups) {
    if (isAbove) y += LINE;
    body.push(
      isAbove ? text(left, y - 4, shortened(label)) : text(left - 6, y + (own.length * thick) / 2 + 4.5, label, "end"),
    );
    own.forEach(({ value, text: words }, i) => {
      const width = Math.max((value / (max || 1)) * room, 0.5);
      body.push(
        `<rect ${colour(i)} x="${n(left)}" y="${n(y)}" width="${n(width)}" height="${thick - 2}"><title>${escaped(`${label}${series[i] ? `, ${series[i]}` : ""}: ${words}`)}</title></rect>`,
        text(left + width + 4, y + thick - 2.5, words),
      );
      y += thick;
    });
    y += 6;
  }
  return { height: Math.ceil(y + 4), body };
}

/** Leaves out the middle of a long label. */
function shortened(label: string): string {
  const half = (MAX_ABOVE - 1) / 2;
  return label.length <= MAX_ABOVE ? label : `${label.slice(0, half)}…${label.slice(-half)}`;
}

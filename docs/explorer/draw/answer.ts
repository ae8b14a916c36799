/** @file Shows how the tiers classify an image. */
import type { TierAnswer } from "../engine/classify.ts";
import { t } from "../text/language.ts";
import { table } from "../view/controls.ts";
import { h } from "../view/h.ts";
import { wayName } from "../view/networks.ts";
import { milliseconds, percent } from "../view/numbers.ts";

/** Number of classes shown. */
const TOP = 5;

/** Bars of the most likely classes, and the tiers side by side. */
export function answerOf(answers: readonly TierAnswer[], nameOf: (i: number) => string): readonly HTMLElement[] {
  const last = answers[answers.length - 1];
  const top = last.probabilities
    .map((probability, i) => ({ probability, i }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, TOP);
  return [
    h(
      "div",
      { class: "bars", "data-top": top[0].i },
      ...top.flatMap(({ probability, i }) => [
        h("span", { class: "label" }, nameOf(i)),
        h("span", { class: "bar" }, h("span", { class: "fill separable", style: `width: ${100 * probability}%` })),
        h("span", { class: "number" }, percent(probability)),
      ]),
    ),
    ...tierTable(answers),
  ];
}

/** The tiers side by side. */
export function tierTable(answers: readonly TierAnswer[]): readonly HTMLElement[] {
  const text = t().draw;
  return [
    table(
      text.tiers,
      [text.tier, text.time, text.difference, text.fingerprint],
      answers.map(({ tier, threads, ms, difference, fingerprint }) => [
        wayName({ tier, threads }),
        milliseconds(ms),
        difference === 0 ? "0" : difference.toExponential(1),
        h("code", { "data-tier": tier }, fingerprint),
      ]),
    ),
    h("p", { class: "hint" }, text.agreement),
  ];
}

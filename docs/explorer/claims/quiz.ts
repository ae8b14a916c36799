/** @file Scene 8: sentences of a popular page, as a quiz; each with a verdict and a check that runs here. */
import { chapterUrl } from "../story/links.ts";
import { anchorOf } from "../text/anchor.ts";
import { language, t } from "../text/language.ts";
import { button } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { CHECKS } from "./checks.ts";
import { CLAIMS, type Claim, type Verdict } from "./claims.ts";

/** Possible answers; sentences that only repeat others are not asked. */
const ANSWERS = ["right", "wrong", "ambiguous"] as const;
type Answer = (typeof ANSWERS)[number];

/** The most instructive come first. */
const ORDER: readonly Verdict[] = ["wrong", "ambiguous", "right", "repeats"];
const SORTED = [...CLAIMS].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));

/** The reader's answers, by sentence; null where the answer was only shown. */
const given = new Map<string, Answer | null>();

export function quiz(body: HTMLElement): void {
  const text = t().claims;
  const score = h("p", { class: "score", role: "status" });
  const cards = SORTED.map((claim) => card(claim, () => showScore()));
  const showScore = (): void => {
    const answered = SORTED.filter(({ id }) => (given.get(id) ?? null) !== null);
    const agreed = answered.filter(({ id, verdict }) => given.get(id) === verdict);
    score.textContent = answered.length === 0 ? "" : text.score(agreed.length, answered.length);
  };
  const all = button(text.showAll, () => {
    for (const { id } of CLAIMS) if (!given.has(id)) given.set(id, null);
    for (const { show } of cards) show();
  });
  showScore();
  fill(
    body,
    h("div", { class: "controls" }, all, score),
    h("ol", { class: "claims" }, ...cards.map(({ element }) => element)),
  );
}

function card(claim: Claim, told: () => void): { readonly element: HTMLElement; show(): void } {
  const { id, zh, en, verdict } = claim;
  const text = t().claims;
  const isEnglish = language() === "en";
  const answer = h("div", { class: "given", tabindex: -1 });
  const element = h(
    "li",
    { class: "claim", "data-claim": id },
    h("blockquote", {}, h("p", {}, isEnglish ? en : zh), isEnglish && h("p", { class: "original", lang: "zh" }, zh)),
    answer,
  );
  const show = (): void => {
    if (!given.has(id) && verdict !== "repeats") {
      fill(
        answer,
        h(
          "div",
          { class: "buttons", role: "group", "aria-label": text.question },
          ...ANSWERS.map((one) =>
            button(text.answers[one], () => {
              given.set(id, one);
              show();
              told();
              answer.focus({ preventScroll: true }); // the button is gone
            }),
          ),
        ),
      );
      return;
    }
    element.classList.add(verdict);
    fill(answer, ...answered(claim));
  };
  show();
  return { element, show };
}

function answered({ id, en, verdict, ruling, truth }: Claim): readonly HTMLElement[] {
  const text = t().claims;
  const isEnglish = language() === "en";
  const own = given.get(id) ?? null;
  const check = h("p", { class: "check", "data-check": id });
  // Runs when it becomes visible, so that the page appears first.
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    watcher.disconnect();
    const { holds, shows } = CHECKS[id]();
    check.dataset.holds = String(holds);
    fill(check, h("span", { class: holds ? "agrees" : "differs" }, holds ? text.holds : text.fails), ` ${shows}`);
  });
  watcher.observe(check);
  return [
    h(
      "p",
      { class: "verdict" },
      h("span", { class: "word" }, isEnglish ? ruling : (text.qualified[id] ?? text.verdicts[verdict])),
      own !== null &&
        h(
          "span",
          { class: own === verdict ? "agrees" : "differs" },
          ` ${text.said(text.answers[own], own === verdict)}`,
        ),
    ),
    h("p", {}, isEnglish ? truth : text.truth[id]),
    check,
    h(
      "p",
      { class: "links" },
      h(
        "a",
        { href: `${chapterUrl("06-what-people-say")}#${isEnglish ? anchorOf(`${id}. ${en}`) : anchorOf(id)}` },
        text.source(id),
      ),
    ),
  ];
}

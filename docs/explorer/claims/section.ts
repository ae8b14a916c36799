/** @file Section 6: 23 sentences of a popular page, with a verdict and a check that runs here. */
import { language, t } from "../text/language.ts";
import { fill, h } from "../view/h.ts";
import { CHECKS } from "./checks.ts";
import { CLAIMS } from "./claims.ts";

export function claimsSection(body: HTMLElement): void {
  const text = t().claims;
  const list = CLAIMS.map(({ id, zh, en, verdict, ruling, truth }) => {
    const check = h("p", { class: "check", "data-claim": id });
    // When it comes into sight: the page should be there first.
    const watcher = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      watcher.disconnect();
      const { holds, shows } = CHECKS[id]();
      check.dataset.holds = String(holds);
      fill(check, h("span", { class: holds ? "agrees" : "differs" }, holds ? text.holds : text.fails), ` ${shows}`);
    });
    watcher.observe(check);
    return h(
      "li",
      { class: `claim ${verdict}` },
      h(
        "p",
        { class: "verdict" },
        h("span", { class: "number" }, id),
        h("span", { class: "word" }, language() === "en" ? ruling : (text.qualified[id] ?? text.verdicts[verdict])),
      ),
      h("blockquote", {}, h("p", { lang: "zh" }, zh), language() === "en" && h("p", {}, en)),
      h("p", {}, language() === "en" ? truth : text.truth[id]),
      check,
    );
  });
  fill(body, h("ol", { class: "claims" }, ...list));
}

/** @file Links from the page to the book and to the code. */
import { language, t } from "../text/language.ts";
import { h } from "../view/h.ts";

/** The address of a chapter; Part I of the book exists in both languages. */
export function chapterUrl(chapter: string): string {
  const isTranslated = language() === "zh" && chapter < "07";
  return `chapters/${isTranslated ? "zh/" : ""}${chapter}.html`;
}

/** Links to a scene's chapter and to the source that computes it. */
export function linksTo(chapter: string, source: string): HTMLElement {
  return h(
    "p",
    { class: "links" },
    h("a", { href: chapterUrl(chapter) }, `${t().chapter}: ${chapter}`),
    " · ",
    h("a", { href: `chapters/source/${source}.html` }, `${t().source}: ${source.split("/").pop()}`),
  );
}

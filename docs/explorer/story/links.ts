/** @file Links from the page to the book and to the code. */
import { language, t } from "../text/language.ts";
import { h } from "../view/h.ts";

/** The address of a chapter; Part I of the book is there in both languages. */
export function chapterUrl(chapter: string): string {
  const isTranslated = language() === "zh" && chapter < "07";
  return `chapters/${isTranslated ? "zh/" : ""}${chapter}.html`;
}

/** What a scene is explained by and computed by. */
export function linksTo(chapter: string, source: string): HTMLElement {
  return h(
    "p",
    { class: "links" },
    h("a", { href: chapterUrl(chapter) }, `${t().chapter}: ${chapter}`),
    " · ",
    h("a", { href: `chapters/source/${source}.html` }, `${t().source}: ${source.split("/").pop()}`),
  );
}

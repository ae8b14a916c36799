/** @file What can be searched: the sections of all pages, as a script, because a page opened as a file cannot fetch one. */
import { anchorOf } from "../explorer/text/anchor.ts";
import type { Entry } from "./contents.ts";

/** A page's address and title, an anchor, a heading, and the text below it. */
type Section = readonly [page: string, title: string, anchor: string, heading: string, text: string];

function sectionsOf({ page, title }: Entry, markdown: string): readonly Section[] {
  const plain = markdown
    .replace(/<!--[\s\S]*?-->|^(\$\$|```)[\s\S]*?^\1/gm, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/\]\([^)]*\)/g, "")
    .replace(/[[\]*`|]|:?-{3,}:?/g, " ");
  return plain.split(/^#{1,3} (?=.)/m).flatMap((section, i): readonly Section[] => {
    const [heading, ...rest] = section.split("\n");
    const text = rest.join(" ").replace(/\s+/g, " ").trim();
    if (heading.trim() === "") return [];
    return [[page, title, i <= 1 ? "" : `#${anchorOf(heading.trim())}`, heading.trim(), text]];
  });
}

export function searchIndex(pages: readonly { readonly entry: Entry; readonly markdown: string }[]): string {
  const sections = pages.flatMap(({ entry, markdown }) => sectionsOf(entry, markdown));
  return `window.separableIndex=${JSON.stringify(sections).replaceAll("</", "<\\/")}`;
}

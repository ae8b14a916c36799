/** @file All files of the site but the explorer itself, by their addresses in the folder of the pages. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { DOCS, ENTRIES, ROOT } from "./contents.ts";
import { pageOf, sourcePageOf } from "./layout.ts";
import { render } from "./markdown.ts";
import { searchIndex } from "./searchIndex.ts";

/**
 * @param explorer where the explorer's page is, from the folder of the pages
 * @param more files of the project that the explorer links to
 */
export function sitePages(explorer: string, more: readonly string[]): ReadonlyMap<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>();
  const sources = new Set(more);
  const texts = ENTRIES.map((entry) => ({ entry, markdown: readFileSync(join(ROOT, entry.source), "utf8") }));
  for (const { entry, markdown } of texts) {
    const { html, targets } = render(entry, withoutWay(markdown), explorer);
    for (const { path, kind } of targets) {
      if (kind === "image") files.set(relative(DOCS, join(ROOT, path)), readFileSync(join(ROOT, path)));
      else sources.add(path);
    }
    files.set(entry.page, pageOf(entry, html, explorer));
  }
  for (const path of sources) files.set(`source/${path}.html`, sourcePageOf(path, readFileSync(join(ROOT, path), "utf8")));
  for (const name of ["site.css", "site.js"]) files.set(name, readFileSync(join(import.meta.dirname, name), "utf8"));
  files.set("search.js", searchIndex(texts));
  return files;
}

/** Writes pages below a folder. */
export function writePages(folder: string, pages: ReadonlyMap<string, string | Uint8Array>): void {
  for (const [name, content] of pages) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** A chapter's last line leads back and on, which the frame does here. */
function withoutWay(markdown: string): string {
  return markdown.replace(/\n---\n\n[^\n]*\n*$/, "\n");
}

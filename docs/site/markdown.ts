/** @file From Markdown to HTML: formulas as MathML, anchors on headings, links to pages instead of files. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { Marked } from "marked";
import katex from "marked-katex-extension";
import { anchorOf } from "../explorer/text/anchor.ts";
import { DOCS, ENTRIES, type Entry, ROOT } from "./contents.ts";

/** Formulas become MathML, which browsers draw by themselves. */
const markdown = new Marked(katex({ output: "mathml", nonStandard: true }));

export interface Target {
  /** A file of the project that the page shows or links to, from its root. */
  readonly path: string;
  readonly kind: "image" | "source";
}

export interface Rendered {
  readonly html: string;
  readonly targets: readonly Target[];
}

/** @param explorer where the explorer's page is, from the folder of the pages */
export function render(entry: Entry, text: string, explorer: string): Rendered {
  const up = "../".repeat(entry.page.split("/").length - 1);
  const targets: Target[] = [];
  const html = (markdown.parse(text, { async: false }) as string)
    .replace(/<(h[23])>(.*?)<\/\1>/g, (_, tag, title) => {
      const id = anchorOf(title);
      return `<${tag} id="${id}">${title} <a class="anchor" href="#${id}" aria-label="#">#</a></${tag}>`;
    })
    .replace(/<th( [^>]*)?><\/th>/g, "<td$1></td>")
    .replace(/<table>[\s\S]*?<\/table>/g, (table) => `<div class="wide" tabindex="0">${table}</div>`)
    .replace(/<pre>/g, '<pre tabindex="0">')
    .replace(/<a href="([^"#:]+)">(.*?)<\/a>/g, (whole, link: string, words: string) =>
      isFolder(resolve(entry, link)) ? words : whole,
    )
    .replace(/(href|src|srcset)="([^"#:]+)(#[^"]*)?"/g, (_, attribute: string, link: string, hash = "") => {
      const target = resolve(entry, link);
      if (!existsSync(target)) throw new Error(`${entry.source} links to ${link}, which does not exist`);
      const path = relative(ROOT, target);
      if (path === "docs/explorer/README.md") return `${attribute}="${up}${explorer}${hash}"`;
      const page = ENTRIES.find(({ source }) => source === path)?.page;
      if (page) return `${attribute}="${up}${page}${hash}"`;
      const isImage = attribute.startsWith("src");
      targets.push({ path, kind: isImage ? "image" : "source" });
      return `${attribute}="${up}${isImage ? relative(DOCS, target) : `source/${path}.html`}"`;
    });
  return { html, targets };
}

function resolve({ source }: Entry, link: string): string {
  return normalize(join(ROOT, dirname(source), link));
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

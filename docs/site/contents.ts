/** @file The pages of the site: which Markdown file is which page, and in what order they are read. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");
export const DOCS = join(ROOT, "docs");

export type Language = "en" | "zh";

export interface Entry {
  /** From the root of the project: docs/01-convolution.md */
  readonly source: string;
  /** From the folder of the pages: 01-convolution.html */
  readonly page: string;
  readonly title: string;
  readonly language: Language;
}

export interface Part {
  readonly title: string;
  readonly entries: readonly Entry[];
}

function entry(source: string): Entry {
  const title = /^# (.*)$/m.exec(readFileSync(join(ROOT, source), "utf8"))?.[1] ?? source;
  const page = source === "README.md" ? "home.html" : source.replace(/^docs\//, "").replace(/\.md$/, ".html");
  return { source, page, title, language: source.startsWith("docs/zh/") ? "zh" : "en" };
}

/** A part of the book, as docs/README.md has it: its title, and the chapters of its table. */
function partsOfBook(): readonly Part[] {
  const text = readFileSync(join(DOCS, "README.md"), "utf8");
  const sections = text.split(/^## /m).slice(1);
  return sections
    .map((section) => ({
      title: section.split("\n")[0],
      entries: [...section.matchAll(/^\| \d+\. \[.*?\]\((.*?)\)/gm)].map(([, file]) => entry(`docs/${file}`)),
    }))
    .filter(({ entries }) => entries.length > 0);
}

const REFERENCE = [
  "docs/README.md",
  "docs/commands.md",
  "docs/api.md",
  "docs/glossary.md",
  "docs/elsewhere.md",
  "docs/benchmarks.md",
  "docs/evidence.md",
  "docs/limits.md",
  "docs/CONTRIBUTING.md",
  "docs/CHANGELOG.md",
  "docs/THIRD_PARTY.md",
];

const chinese = readdirSync(join(DOCS, "zh"))
  .filter((name) => /^\d\d-.*\.md$/.test(name))
  .sort();

const book = partsOfBook();

/** What the navigation of each language lists. */
export const PARTS: Readonly<Record<Language, readonly Part[]>> = {
  en: [
    { title: "", entries: [entry("README.md")] },
    ...book,
    { title: "Reference", entries: REFERENCE.map(entry) },
  ],
  zh: [
    { title: "", entries: [entry("docs/zh/README.md")] },
    { title: "第一部分：思路", entries: chinese.map((name) => entry(`docs/zh/${name}`)) },
    { title: "参考", entries: [entry("docs/zh/glossary.md")] },
    { title: "其余各章（英文）", entries: book.slice(1).flatMap(({ entries }) => entries) },
  ],
};

const all = Object.values(PARTS).flatMap((parts) => parts.flatMap((part) => part.entries));
export const ENTRIES: readonly Entry[] = [...new Map(all.map((one) => [one.page, one])).values()];

/** The same page in the other language, or its front page. */
export function inOther({ source, language }: Entry): Entry {
  const own = source.split("/").at(-1);
  const twin = ENTRIES.find((one) => one.language !== language && one.source.split("/").at(-1) === own);
  return twin ?? PARTS[language === "en" ? "zh" : "en"][0].entries[0];
}

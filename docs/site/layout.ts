/** @file The frame of a page: bar, contents, text, and the way on. It reads well without the program beside it. */
import { type Entry, inOther, type Language, PARTS } from "./contents.ts";
import { escaped } from "./markdown.ts";

const WORDS = {
  en: {
    home: "separable",
    explorer: "Explorer",
    contents: "Contents",
    search: "Search",
    theme: "Colours",
    other: "中文",
    next: "Next",
    back: "Back",
    skip: "Skip to the text",
  },
  zh: {
    home: "separable",
    explorer: "探索页",
    contents: "目录",
    search: "搜索",
    theme: "配色",
    other: "English",
    next: "下一章",
    back: "上一章",
    skip: "跳到正文",
  },
} as const;

/** The colours that were chosen, before anything is drawn; a page opened as a file may have no memory. */
const THEME = `try{const t=localStorage.getItem("separable.theme");if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch{}`;

/** @param explorer where the explorer's page is, from the folder of the pages */
export function pageOf(entry: Entry, body: string, explorer: string): string {
  const { language, page } = entry;
  const words = WORDS[language];
  const up = "../".repeat(page.split("/").length - 1);
  const other = inOther(entry);
  const order = PARTS[language].flatMap(({ entries }) => entries);
  const at = order.findIndex((one) => one.page === page);
  const nav = PARTS[language]
    .map(({ title, entries }) => {
      const items = entries.map((one) => {
        const current = one.page === page ? ' aria-current="page"' : "";
        return `<li><a href="${up}${one.page}"${current}>${escaped(one.title)}</a></li>`;
      });
      return `${title === "" ? "" : `<h2>${escaped(title)}</h2>`}<ul>${items.join("")}</ul>`;
    })
    .join("");
  const way = [
    at > 0 ? `<a rel="prev" href="${up}${order[at - 1].page}">← ${escaped(order[at - 1].title)}</a>` : "<span></span>",
    at < order.length - 1
      ? `<a rel="next" href="${up}${order[at + 1].page}">${escaped(order[at + 1].title)} →</a>`
      : "<span></span>",
  ].join("");
  return frame({
    language,
    title: page === "home.html" ? "separable" : `${entry.title} · separable`,
    up,
    body: `<a class="skip" href="#text">${words.skip}</a>
<header><div><a class="home" href="${up}${PARTS[language][0].entries[0].page}">${words.home}</a>
<a href="${up}${explorer}">${words.explorer}</a>
<span class="tools"><a href="${up}${other.page}" lang="${other.language}" hreflang="${other.language}">${words.other}</a></span></div></header>
<div class="columns"><nav aria-label="${words.contents}"><details open><summary>${words.contents}</summary>${nav}</details></nav>
<main id="text">${body}<div class="way">${way}</div></main></div>
<script>window.separableWords=${JSON.stringify({ search: words.search, theme: words.theme, up, language })}</script>`,
  });
}

/** A source file as a page. */
export function sourcePageOf(path: string, code: string): string {
  const up = "../".repeat(path.split("/").length);
  const body = `<header><div><a class="home" href="${up}home.html">separable</a></div></header>
<main class="source"><h1>${escaped(path)}</h1><pre tabindex="0"><code>${escaped(code)}</code></pre></main>
<script>window.separableWords=${JSON.stringify({ search: "Search", theme: "Colours", up, language: "en" })}</script>`;
  return frame({ language: "en", title: path, up, body });
}

function frame(page: { language: Language; title: string; up: string; body: string }): string {
  const { language, title, up, body } = page;
  return `<!doctype html><html lang="${language === "zh" ? "zh-Hans" : "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="${up}site.css"><script>${THEME}</script></head><body>${body}
<script src="${up}site.js"></script></body></html>`;
}

/**
 * @file The chapters of docs/ as pages beside the explorer, and the source files that they and the explorer point to.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, normalize, relative } from "node:path";
import { Marked } from "marked";
import katex from "marked-katex-extension";
import type { Plugin } from "vite";
import { anchorOf } from "../text/anchor.ts";

const ROOT = join(import.meta.dirname, "../../..");
const DOCS = join(ROOT, "docs");

const STYLE = `:root{color-scheme:light dark;font:16px/1.55 system-ui,sans-serif}body{max-width:80ch;margin:0 auto;padding:16px}
pre,table{display:block;overflow-x:auto;max-width:100%}pre{padding:12px;border:1px solid #8885;border-radius:6px;font-size:.85em}
table{border-collapse:collapse}th,td{padding:3px 12px 3px 0;border-bottom:1px solid #8885;text-align:left}img{max-width:100%;background:#fff}
h2,h3{margin-top:1.6em}blockquote{margin:0;padding-left:12px;border-left:3px solid #8885}`;

/** The colours that were chosen in the explorer; a page opened as a file may have no memory. */
const THEME = `try{const t=localStorage.getItem("separable.theme");if(t==="light"||t==="dark")document.documentElement.style.colorScheme=t}catch{}`;

/** Formulas become MathML, which browsers draw by themselves. */
const markdown = new Marked(katex({ output: "mathml" }));

export function chapters(): Plugin {
  return {
    name: "chapters",
    generateBundle() {
      const sources = new Set(explorerSources());
      const emit = (fileName: string, source: string | Uint8Array): void => {
        this.emitFile({ type: "asset", fileName: `chapters/${fileName}`, source });
      };
      for (const name of readdirSync(DOCS).filter((one) => one.endsWith(".md"))) {
        const text = readFileSync(join(DOCS, name), "utf8");
        const html = (markdown.parse(text, { async: false }) as string)
          .replace(/<(h[23])>(.*?)<\/\1>/g, (_, tag, title) => `<${tag} id="${anchorOf(title)}">${title}</${tag}>`)
          .replace(/<a href="([^"#:]+)">(.*?)<\/a>/g, (whole, link: string, words: string) =>
            isFolder(join(DOCS, link)) ? words : whole,
          );
        const body = html.replace(
          /(href|src|srcset)="([^"#:]+)(#[^"]*)?"/g,
          (whole, attribute: string, link: string, hash = "") => {
            const target = normalize(join(DOCS, link));
            if (!existsSync(target)) throw new Error(`${name} links to ${link}, which does not exist`);
            const own = relative(DOCS, target);
            if (own === "explorer/README.md") return `${attribute}="../index.html${hash}"`;
            if (own.endsWith(".md") && !own.includes("/"))
              return `${attribute}="${own.replace(/\.md$/, ".html")}${hash}"`;
            if (!own.startsWith("..") && (attribute.startsWith("src") || [".svg", ".json"].includes(extname(own)))) {
              emit(own, readFileSync(target));
              return whole;
            }
            const path = relative(ROOT, target);
            sources.add(path);
            return `${attribute}="source/${path}.html"`;
          },
        );
        emit(name.replace(/\.md$/, ".html"), pageOf(/^# (.*)$/m.exec(text)?.[1] ?? name, body));
      }
      for (const [before, now] of Object.entries(MOVED)) emit(`${before}.html`, movedTo(`${now}.html`));
      for (const path of sources) {
        const code = readFileSync(join(ROOT, path), "utf8");
        emit(
          `source/${path}.html`,
          pageOf(path, `<h1>${escaped(path)}</h1><pre><code>${escaped(code)}</code></pre>`, depth(path)),
        );
      }
    },
  };
}

/** Chapters that had another number: links to them still arrive. */
const MOVED = {
  "04-im2col": "07-im2col",
  "05-mobilenet-v1": "04-mobilenet-v1",
  "07-simd": "08-simd",
  "08-sessions-and-threads": "09-sessions-and-threads",
  "09-accuracy": "11-accuracy",
  "10-training": "12-training",
  "11-savings": "05-savings",
  "12-testing-your-own": "14-testing-your-own",
  "13-the-family": "15-the-family",
  "14-files": "17-files",
  "15-a-network-of-your-own": "13-a-network-of-your-own",
  "17-eight-bits": "10-eight-bits",
} as const;

/** The anchor goes along. */
function movedTo(file: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Moved</title><link rel="canonical" href="${file}"><script>location.replace("${file}"+location.hash)</script><p><a href="${file}">${file}</a></p>`;
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** The source files that the page itself names. */
function explorerSources(): readonly string[] {
  const page = ["story/benches.ts", "story/scenes.ts"].map((name) =>
    readFileSync(join(dirname(import.meta.dirname), name), "utf8"),
  );
  return page.flatMap((text) => [...text.matchAll(/source: "([^"]+)"/g)].map(([, path]) => path));
}

/** @param up how the page's folder leads to the explorer's */
function pageOf(title: string, body: string, up: string = ".."): string {
  const back = `<p><a href="${up}/index.html">separable: the explorer</a></p>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><link rel="icon" href="data:,"><style>${STYLE}</style><script>${THEME}</script>${back}<main>${body}</main></html>`;
}

/** chapters/source/src/a.ts.html lies three folders below the explorer. */
function depth(path: string): string {
  return Array.from({ length: path.split("/").length + 1 }, () => "..").join("/");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

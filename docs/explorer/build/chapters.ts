/** @file Writes the site's pages beside the explorer, so that its links to chapters and code also work from a file. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";
import { sitePages, writePages } from "../../site/pages.ts";

export function chapters(): Plugin {
  return {
    name: "chapters",
    // Written when the bundle is, not emitted with it: Vite would take the style sheet for one of the program's.
    writeBundle({ dir }) {
      if (dir === undefined) throw new Error("the explorer is built into a folder");
      const pages = new Map(sitePages("../index.html", explorerSources()));
      for (const [before, now] of Object.entries(MOVED)) pages.set(`${before}.html`, movedTo(`${now}.html`));
      writePages(join(dir, "chapters"), pages);
    },
  };
}

/** Renumbered chapters: links to the old names still work. */
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

/** A page that redirects and keeps the anchor. */
function movedTo(file: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Moved</title><link rel="canonical" href="${file}"><script>location.replace("${file}"+location.hash)</script><p><a href="${file}">${file}</a></p>`;
}

/** The source files that the explorer names. */
export function explorerSources(): readonly string[] {
  const page = ["story/benches.ts", "story/scenes.ts"].map((name) =>
    readFileSync(join(dirname(import.meta.dirname), name), "utf8"),
  );
  return page.flatMap((text) => [...text.matchAll(/source: "([^"]+)"/g)].map(([, path]) => path));
}

/**
 * Builds the site into docs/site/dist: `npm run docs:site`. README, book, reference and explorer, one folder of plain
 * files that any server can host, from any path, and that can be opened without one.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runnerImport } from "vite";

const EXPLORER = join(import.meta.dirname, "../explorer");
const DIST = join(import.meta.dirname, "dist");
const load = async (file) => (await runnerImport(file, { root: EXPLORER, logLevel: "error" })).module;
const { sitePages, writePages } = await load(join(import.meta.dirname, "pages.ts"));
const { explorerSources } = await load(join(EXPLORER, "build/chapters.ts"));

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST);
cpSync(join(EXPLORER, "dist/index.html"), join(DIST, "explorer.html"));
const pages = sitePages("../explorer.html", explorerSources());
writePages(join(DIST, "chapters"), pages);
writeFileSync(
  join(DIST, "index.html"),
  '<!doctype html><meta charset="utf-8"><title>separable</title><meta http-equiv="refresh" content="0; url=chapters/home.html"><a href="chapters/home.html">separable</a>',
);
console.log(`docs/site/dist: ${pages.size + 2} files`);

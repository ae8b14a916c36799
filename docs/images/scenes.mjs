/**
 * Draws scenes 0, 3 and 4 of the page as files, light and dark, by the code that draws them there:
 * `node docs/images/scenes.mjs`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runnerImport } from "vite";

const EXPLORER = join(import.meta.dirname, "../explorer");
const load = async (file, plugins) =>
  (await runnerImport(join(EXPLORER, file), { root: EXPLORER, logLevel: "error", plugins })).module;

const { pixels } = await load("build/pixels.ts", []);
const { scenePictures } = await load("scenes/pictures.ts", [pixels()]);
const style = readFileSync(join(EXPLORER, "style.css"), "utf8");
for (const [name, text] of scenePictures(style)) writeFileSync(join(import.meta.dirname, name), text);

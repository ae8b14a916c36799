/**
 * Draws the pictures of the chapters that are neither scenes of the page nor charts of a report, in English and, for
 * Part I, in Chinese: `node docs/images/draw.mjs`; with `--check`, says whether they are current.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { blocks } from "./draw/blocks.mjs";
import { files } from "./draw/files.mjs";
import { groups } from "./draw/groups.mjs";
import { im2col } from "./draw/im2col.mjs";
import { mobilenet, ownNetwork } from "./draw/network.mjs";
import { pointwise } from "./draw/pointwise.mjs";
import { runtime } from "./draw/runtime.mjs";
import { threeConvolutions } from "./draw/threeConvolutions.mjs";
import { verdicts } from "./draw/verdicts.mjs";
import { winograd } from "./draw/winograd.mjs";

const inBoth = { "three-convolutions": threeConvolutions, pointwise, groups, mobilenet };
const pictures = {
  im2col,
  winograd,
  runtime,
  blocks,
  verdicts,
  files,
  "own-network": ownNetwork(),
  ...Object.fromEntries(Object.entries(inBoth).map(([name, draw]) => [name, draw("en")])),
  ...Object.fromEntries(Object.entries(inBoth).map(([name, draw]) => [`../zh/images/${name}`, draw("zh")])),
};

mkdirSync(new URL("../zh/images/", import.meta.url), { recursive: true });
for (const [name, drawn] of Object.entries(pictures)) {
  const url = new URL(`${name}.svg`, import.meta.url);
  if (!process.argv.includes("--check")) writeFileSync(url, drawn);
  else if (readFileSync(url, "utf8") !== drawn) throw new Error(`${name}.svg is not what docs/images/draw.mjs draws`);
}

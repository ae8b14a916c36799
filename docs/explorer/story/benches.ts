/** @file Benches: sections with something to work with in place of a figure. Filled when nearly visible. */
import { hasSimd } from "../../../src/kernels/simd/engines.ts";
import { quiz } from "../claims/quiz.ts";
import { networkBench } from "../draw/network.ts";
import { mapBench } from "../map/section.ts";
import { rooflineBench } from "../roofline/section.ts";
import { stepSection } from "../step/section.ts";
import { story, t } from "../text/language.ts";
import { h } from "../view/h.ts";
import { linksTo } from "./links.ts";

export type BenchId = "network" | "map" | "roofline" | "people" | "laboratory";

interface Bench {
  readonly id: BenchId;
  readonly show: (body: HTMLElement) => void;
  /** Links: the chapter with more details, and the file that computes. */
  readonly chapter: string;
  readonly source: string;
}

export const BENCHES: Readonly<Record<BenchId, Omit<Bench, "id">>> = {
  network: { show: networkBench, chapter: "11-accuracy", source: "src/models/fashionNet.ts" },
  map: { show: mapBench, chapter: "04-mobilenet-v1", source: "src/analysis/analyze.ts" },
  roofline: { show: rooflineBench, chapter: "05-savings", source: "src/measure/roofline.ts" },
  people: { show: quiz, chapter: "06-what-people-say", source: "docs/explorer/claims/checks.ts" },
  laboratory: { show: stepSection, chapter: "02-depthwise", source: "src/kernels/naive/depthwiseConv2d.ts" },
};

/** Benches not yet filled. */
const waiting = new Map<string, () => void>();

/** Fills all of them, so that each has its final position. */
export function showBenches(): void {
  for (const fill of [...waiting.values()]) fill();
}

/** @param number of its scene; null for one that belongs to the scene above it */
export function bench(id: BenchId, number: number | null): HTMLElement {
  const { show, chapter, source } = BENCHES[id];
  const [text, page] = [story().benches[id], t()];
  const body = h("div", { class: "body" });
  const element = h(
    "section",
    { id, class: number === null ? "bench part" : "bench", "aria-labelledby": `${id}-title` },
    number !== null && h("span", { class: "number", "aria-hidden": "true" }, String(number)),
    h(number === null ? "h3" : "h2", { id: `${id}-title` }, text.title),
    h("p", { class: "intro" }, text.intro),
    number !== null && !hasSimd() && h("p", { class: "notice", role: "note" }, page.noSimd),
    body,
    linksTo(chapter, source),
  );
  const watcher = new IntersectionObserver(
    (entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) waiting.get(id)?.();
    },
    { rootMargin: "1500px" },
  );
  watcher.observe(element);
  waiting.set(id, () => {
    waiting.delete(id);
    watcher.disconnect();
    show(body);
  });
  return element;
}

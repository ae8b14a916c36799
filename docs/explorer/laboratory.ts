/** @file The laboratory: six sections in which everything can be set and measured. A section fills when it comes near. */
import { hasSimd } from "../../src/kernels/simd/engines.ts";
import { claimsSection } from "./claims/section.ts";
import { drawSection } from "./draw/section.ts";
import { mapSection } from "./map/section.ts";
import { predictSection } from "./predict/section.ts";
import { rooflineSection } from "./roofline/section.ts";
import { stepSection } from "./step/section.ts";
import { story, t } from "./text/language.ts";
import { h } from "./view/h.ts";

interface Section {
  readonly id: keyof ReturnType<typeof t>["sections"];
  readonly show: (body: HTMLElement) => void;
  /** Beside the page: the chapter that says more, and the file that computes. */
  readonly chapter: string;
  readonly source: string;
}

export const SECTIONS: readonly Section[] = [
  { id: "step", show: stepSection, chapter: "02-depthwise", source: "src/kernels/naive/depthwiseConv2d.ts" },
  { id: "predict", show: predictSection, chapter: "11-savings", source: "src/geometry/cost.ts" },
  { id: "map", show: mapSection, chapter: "05-mobilenet-v1", source: "src/analysis/analyze.ts" },
  { id: "draw", show: drawSection, chapter: "09-accuracy", source: "src/models/fashionNet.ts" },
  { id: "roofline", show: rooflineSection, chapter: "11-savings", source: "src/measure/roofline.ts" },
  { id: "claims", show: claimsSection, chapter: "06-what-people-say", source: "docs/explorer/claims/checks.ts" },
];

export function laboratory(): readonly HTMLElement[] {
  const text = story();
  return [
    h(
      "section",
      { id: "laboratory", class: "laboratory", "aria-labelledby": "laboratory-title" },
      h("h2", { id: "laboratory-title" }, text.laboratory),
      h("p", { class: "intro" }, text.laboratoryIntro),
      !hasSimd() && h("p", { class: "notice", role: "note" }, t().noSimd),
      h(
        "nav",
        { "aria-label": t().contents },
        ...SECTIONS.map(({ id }, i) => h("a", { href: `#${id}` }, `${i + 1}. ${t().sections[id]}`)),
      ),
    ),
    ...SECTIONS.map(sectionOf),
  ];
}

/** Sections that wait for their turn, in order. */
const waiting = new Map<string, () => void>();

/** Shows all of them, so that each is as far down as it will be. */
export function showSections(): void {
  for (const { id } of SECTIONS) waiting.get(id)?.();
}

function sectionOf({ id, show, chapter, source }: Section, i: number): HTMLElement {
  const text = t();
  const body = h("div", { class: "body" });
  const element = h(
    "section",
    { id, class: "laboratory", "aria-labelledby": `${id}-title` },
    h("h3", { id: `${id}-title` }, `${i + 1}. ${text.sections[id]}`),
    h("p", { class: "intro" }, text.intros[id]),
    body,
    h(
      "p",
      { class: "links" },
      h("a", { href: `chapters/${chapter}.html` }, `${text.chapter}: ${chapter}`),
      " · ",
      h("a", { href: `chapters/source/${source}.html` }, `${text.source}: ${source}`),
    ),
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

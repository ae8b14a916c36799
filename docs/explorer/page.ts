/** @file The page: its head, six sections, and what both languages and all colours share. */
import { hasSimd } from "../../src/kernels/simd/engines.ts";
import { claimsSection } from "./claims/section.ts";
import { drawSection } from "./draw/section.ts";
import { mapSection } from "./map/section.ts";
import { predictSection } from "./predict/section.ts";
import { rooflineSection } from "./roofline/section.ts";
import { stepSection } from "./step/section.ts";
import { language, speak, t } from "./text/language.ts";
import { button } from "./view/controls.ts";
import { fill, h } from "./view/h.ts";
import { lookAgain } from "./view/look.ts";
import { remember, remembered } from "./view/memory.ts";

interface Section {
  readonly id: keyof ReturnType<typeof t>["sections"];
  readonly show: (body: HTMLElement) => void;
  /** Beside the page: the chapter that says more, and the file that computes. */
  readonly chapter: string;
  readonly source: string;
}

const SECTIONS: readonly Section[] = [
  { id: "step", show: stepSection, chapter: "02-depthwise", source: "src/kernels/naive/depthwiseConv2d.ts" },
  { id: "predict", show: predictSection, chapter: "11-savings", source: "src/geometry/cost.ts" },
  { id: "map", show: mapSection, chapter: "05-mobilenet-v1", source: "src/analysis/analyze.ts" },
  { id: "draw", show: drawSection, chapter: "09-accuracy", source: "src/models/fashionNet.ts" },
  { id: "roofline", show: rooflineSection, chapter: "11-savings", source: "src/measure/roofline.ts" },
  { id: "claims", show: claimsSection, chapter: "06-what-people-say", source: "docs/explorer/claims/checks.ts" },
];

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

function theme(): Theme {
  return THEMES.find((one) => one === remembered("theme")) ?? "auto";
}

let chosenTheme = theme();

/** Builds the page, and again when the language changes; what was set in the sections stays. */
export function showPage(): void {
  const text = t();
  document.documentElement.lang = language();
  document.title = `separable: ${text.title}`;
  paint(chosenTheme);
  const themeButton = button(text.theme[chosenTheme], () => {
    chosenTheme = THEMES[(THEMES.indexOf(chosenTheme) + 1) % THEMES.length];
    remember("theme", chosenTheme);
    paint(chosenTheme);
    themeButton.textContent = t().theme[chosenTheme];
  });
  const languageButton = button(
    text.language,
    () => {
      speak(language() === "en" ? "zh" : "en");
      showPage();
      document.getElementById("language")?.focus();
    },
    { id: "language", lang: language() === "en" ? "zh" : "en" },
  );
  const notices = [!hasSimd() && text.noSimd, globalThis.crossOriginIsolated !== true && text.oneThread].filter(
    (notice) => notice !== false,
  );
  fill(
    document.body,
    h("a", { class: "skip", href: "#content" }, text.skip),
    h(
      "header",
      {},
      h(
        "div",
        { class: "top" },
        h("h1", {}, "separable", h("span", {}, ` ${text.title}`)),
        h("div", { class: "buttons" }, languageButton, themeButton),
      ),
      h("p", {}, text.subtitle),
      h(
        "nav",
        { "aria-label": text.contents },
        ...SECTIONS.map(({ id }, i) =>
          h("a", { href: `#${id}`, onclick: () => showUpTo(id) }, `${i + 1}. ${text.sections[id]}`),
        ),
      ),
      ...notices.map((notice) => h("p", { class: "notice", role: "note" }, notice)),
    ),
    h("main", { id: "content", tabindex: -1 }, ...SECTIONS.map(sectionOf)),
    h("footer", {}, h("p", {}, text.footer)),
  );
  document.body.dataset.ready = performance.now().toFixed(0); // since the page was asked for
}

/** Sections that wait for their turn, in order. */
const waiting = new Map<string, () => void>();

/** Shows all sections up to one, so that it is as far down as it will be. */
function showUpTo(id: string): void {
  for (const { id: own } of SECTIONS) {
    waiting.get(own)?.();
    if (own === id) return;
  }
}

/** To the section that the address names: none was there yet when the browser looked for it. */
export function goToAddress(): void {
  const id = location.hash.slice(1);
  if (!SECTIONS.some((section) => section.id === id)) return;
  showUpTo(id);
  document.getElementById(id)?.scrollIntoView({ behavior: "instant" });
}

/** A section appears when it comes near: the first one is there at once. */
function sectionOf({ id, show, chapter, source }: Section, i: number): HTMLElement {
  const text = t();
  const body = h("div", { class: "body" });
  const element = h(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, `${i + 1}. ${text.sections[id]}`),
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
  waiting.delete(id);
  if (i === 0) show(body);
  else {
    const watcher = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) waiting.get(id)?.();
      },
      { rootMargin: "600px" },
    );
    watcher.observe(element);
    waiting.set(id, () => {
      waiting.delete(id);
      watcher.disconnect();
      show(body);
    });
  }
  return element;
}

function paint(own: Theme): void {
  if (own === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = own;
  lookAgain();
}

/** @file A scene: its heading, the steps of its text, and beside them the figure that follows the step being read. */
import { type Stage, stage } from "../figure/stage.ts";
import { story } from "../text/language.ts";
import { fill, h } from "../view/h.ts";
import { barHeight } from "./arrive.ts";
import { handlesFor } from "./handles/handles.ts";
import { state } from "./kept.ts";
import { linksTo } from "./links.ts";
import { rich } from "./rich.ts";
import { factsOf, type Scene, type SceneId } from "./scenes.ts";

export interface ShownScene {
  readonly id: SceneId;
  readonly element: HTMLElement;
  readonly figure: Stage;
  /** Updates the texts to the settings. */
  retell(): void;
  /** Finds the step being read. */
  follow(): void;
  /** The step being read, and the number of steps. */
  steps(): { readonly now: number; readonly count: number };
  /** Sets the step being read, wherever the page is scrolled. */
  read(step: number): void;
}

/** The first screen: a heading, a race, and two links. */
export function startScene({ id, figure }: Scene): ShownScene {
  const text = story();
  const own = stage(id, text.start.label, figure, 1, null);
  const element = h(
    "section",
    { id, class: "hero", "aria-labelledby": `${id}-title` },
    h("h1", { id: `${id}-title` }, `${text.headline} `, h("span", {}, text.how)),
    own.element,
    h(
      "div",
      { class: "go" },
      h("a", { class: "show", href: "#window" }, text.showMe),
      h("a", { href: "#laboratory" }, text.toLaboratory),
      h("p", {}, ...rich(text.note, id)),
    ),
  );
  return {
    ...{ id, element, figure: own },
    ...{ retell: () => {}, follow: () => {}, read: () => {}, steps: () => ({ now: 0, count: 1 }) },
  };
}

/** @param number null for a scene that belongs to the one above it */
export function sceneOf(scene: Scene, number: number | null): ShownScene {
  const { id, figure, chapter, source } = scene;
  const text = story();
  const own = text[id as "window"];
  const steps = own.steps(factsOf(state())).map(() => h("div", { class: "step" }));
  const shown = stage(id, own.label, figure, steps.length, handlesFor(scene.id));
  const links = linksTo(chapter, source);
  let told = "";
  const retell = (): void => {
    const paragraphs = own.steps(factsOf(state()));
    const key = JSON.stringify(paragraphs);
    if (key === told) return;
    told = key;
    paragraphs.forEach((lines, i) => {
      const before = steps[i].dataset.said;
      if (before === JSON.stringify(lines)) return;
      steps[i].dataset.said = JSON.stringify(lines);
      fill(
        steps[i],
        h("div", {}, ...lines.map((line) => h("p", {}, ...rich(line, id))), i === steps.length - 1 && links),
      );
    });
  };
  retell();
  const element = h(
    "section",
    { id, class: "scene", "aria-labelledby": `${id}-title` },
    h(
      "div",
      { class: "head" },
      number !== null && h("span", { class: "number", "aria-hidden": "true" }, String(number)),
      h(number === null ? "h3" : "h2", { id: `${id}-title` }, own.title),
    ),
    h("div", { class: "steps-of-text" }, ...steps),
    shown.element,
  );
  let now = -1;
  const read = (step: number): void => {
    if (step === now) return;
    now = step;
    for (const [i, one] of steps.entries()) one.classList.toggle("now", i === step);
    shown.setStep(step);
  };
  const follow = (): void => {
    const line = readingLine(shown.element);
    read(Math.max(0, steps.filter((step) => step.getBoundingClientRect().top < line).length - 1));
  };
  return {
    ...{ id, element, figure: shown, retell, follow, read },
    steps: () => ({ now: Math.max(0, now), count: steps.length }),
  };
}

/** The height at which the reader is assumed to look: around the middle of the space for text. */
function readingLine(figure: HTMLElement): number {
  const top = figure.getBoundingClientRect().top;
  const isBelow = getComputedStyle(figure).getPropertyValue("--below") === "1";
  return isBelow ? barHeight() + Math.max(0, Math.min(top, innerHeight) - barHeight()) * 0.62 : innerHeight * 0.5;
}

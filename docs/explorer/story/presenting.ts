/**
 * @file Presentation mode, for a projector: one place fills the window, in large letters. → moves to the next step; the
 * key p starts and ends it.
 */
import { lookAgain } from "../view/look.ts";
import { PLACES, type PlaceId } from "./places.ts";
import type { ShownScene } from "./scene.ts";

interface Slide {
  readonly id: PlaceId;
  /** Step of its text. */
  readonly step: number;
}

let now: Slide | null = null;

export function isPresenting(): boolean {
  return now !== null;
}

export interface Presented {
  scenes(): readonly ShownScene[];
  /** The current place on the page. */
  here(): PlaceId;
  goTo(id: PlaceId): void;
}

let page: Presented | null = null;

/** Listens to the keys. */
export function present(presented: Presented): void {
  page = presented;
  addEventListener(
    "keydown",
    (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || isTyped(event.target)) return;
      if (event.key === "p") toggle();
      else if (event.key === "Escape" && now !== null) leave();
      else if (now !== null && !isHandle(event.target)) {
        const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        event.stopPropagation(); // a focused figure also moves by steps here, not by values
        go(by);
      }
    },
    { capture: true },
  );
}

export function toggle(): void {
  if (page === null) return;
  if (now === null) {
    const id = page.here();
    now = { id, step: stepsOf(id).now };
    showSlide();
  } else leave();
}

function leave(): void {
  const id = now?.id ?? "start";
  now = null;
  showSlide();
  page?.goTo(id);
}

function stepsOf(id: PlaceId): { readonly now: number; readonly count: number } {
  const scene = page?.scenes().find((one) => one.id === id);
  return scene?.steps() ?? { now: 0, count: 1 };
}

function go(by: number): void {
  if (now === null) return;
  const { id, step } = now;
  const next = step + by;
  if (next >= 0 && next < stepsOf(id).count) now = { id, step: next };
  else {
    const other = PLACES[PLACES.indexOf(id) + by];
    if (other === undefined) return;
    now = { id: other, step: by > 0 ? 0 : stepsOf(other).count - 1 };
  }
  showSlide();
}

/** Shows the current slide, also after the page was rebuilt. */
export function showSlide(): void {
  document.body.classList.toggle("presenting", now !== null);
  for (const element of document.querySelectorAll("main > section")) {
    element.classList.toggle("presented", element.id === now?.id);
  }
  lookAgain(); // the cell size has changed
  if (now === null) return;
  const { id, step } = now;
  page
    ?.scenes()
    .find((one) => one.id === id)
    ?.read(step);
  scrollTo({ top: 0, behavior: "instant" });
}

/** Whether the target uses keys for typing or choosing. */
function isTyped(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);
}

/** Whether the target uses arrow keys. */
function isHandle(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("[data-handle], [role=application], .stage, .map, .scroll, .film") !== null
  );
}

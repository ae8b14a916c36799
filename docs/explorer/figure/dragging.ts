/** @file Handles inside a drawing (`data-handle`), dragged by mouse and finger, moved by keys. */
import type { State } from "../scenes/state.ts";
import type { Figure, View } from "./figure.ts";

export interface Held {
  readonly figure: Figure;
  view(): View;
  pointOf(event: MouseEvent): readonly [number, number];
  set(change: Partial<State> | undefined): void;
  /** The handle was released. */
  settled(): void;
}

const KEYS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 8,
  PageDown: -8,
  Home: -1e6,
  End: 1e6,
};

const handleOf = (event: Event): string | null =>
  (event.target as Element).closest?.("[data-handle]")?.getAttribute("data-handle") ?? null;

/** @returns whether a handle is being dragged */
export function dragging(canvas: SVGElement, { figure, view, pointOf, set, settled }: Held): () => boolean {
  let dragged: string | null = null;
  canvas.addEventListener("pointerdown", (event) => {
    const handle = handleOf(event);
    if (handle === null || !figure.drag) return;
    event.preventDefault();
    (event.target as SVGElement).focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    dragged = handle;
    set(figure.drag(view(), handle, ...pointOf(event)));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (dragged !== null) set(figure.drag?.(view(), dragged, ...pointOf(event)));
  });
  const letGo = (): void => {
    if (dragged === null) return;
    set(figure.drop?.(view(), dragged));
    dragged = null;
    settled();
  };
  canvas.addEventListener("pointerup", letGo);
  canvas.addEventListener("pointercancel", letGo);
  canvas.addEventListener("keydown", (event) => {
    const handle = handleOf(event);
    if (handle === null) return;
    const by = KEYS[event.key];
    if (by !== undefined) set(figure.nudge?.(view(), handle, by));
    else if (event.key === "Enter") set(figure.drop?.(view(), handle));
    else return;
    event.preventDefault();
    if (event.key === "Enter") settled();
  });
  return () => dragged !== null;
}

/** @file The style sheet's colours and sizes, for drawing on a canvas. */
import { h } from "./h.ts";

const NAMES = ["paper", "ink", "soft", "line", "window", "added", "added-ink"] as const;

export interface Look {
  /** Changes whenever another field does. */
  readonly key: string;
  readonly colours: Readonly<Record<(typeof NAMES)[number], string>>;
  /** Side of a cell, in pixels. */
  readonly cell: number;
  readonly font: string;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

let own: Look | null = null;
const told = new Set<() => void>();

export function look(): Look {
  own ??= read();
  return own;
}

/** Calls `tell` when colours or sizes have changed, until the element leaves the page. */
export function onLook(element: Element, tell: () => void): void {
  const listener = (): void => {
    if (element.isConnected) tell();
    else told.delete(listener);
  };
  told.add(listener);
}

/** Redraws everything after the colours, the screen or the width have changed. */
export function lookAgain(): void {
  own = null;
  for (const tell of told) tell();
}

function read(): Look {
  const probe = h("span", { class: "probe" });
  document.body.append(probe);
  const entries = NAMES.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.style.width = "var(--cell)";
  probe.style.display = "block";
  const cell = probe.getBoundingClientRect().width;
  const { fontFamily } = getComputedStyle(probe);
  probe.remove();
  const colours = Object.fromEntries(entries) as Look["colours"];
  const ratio = devicePixelRatio;
  return {
    key: `${Object.values(colours).join()},${cell},${ratio}`,
    colours,
    cell,
    font: `${cell * 0.54}px ${fontFamily}`,
    ratio,
  };
}

/** Watches for changes of the system's colours and the window's size. */
export function watchLook(): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", lookAgain);
  addEventListener("resize", lookAgain);
}

/** @file The style sheet's colours and sizes, for what is drawn on a canvas. */
import { h } from "./h.ts";

const NAMES = ["paper", "ink", "soft", "line", "window", "added", "added-ink"] as const;

export interface Look {
  /** Differs when anything else here does. */
  readonly key: string;
  readonly colours: Readonly<Record<(typeof NAMES)[number], string>>;
  /** Pixels of a cell's side. */
  readonly cell: number;
  readonly font: string;
  /** Pixels of the screen for one of the page. */
  readonly ratio: number;
}

let own: Look | null = null;
const told = new Set<() => void>();

export function look(): Look {
  own ??= read();
  return own;
}

/** Tells when colours or sizes have changed; until the element leaves the page. */
export function onLook(element: Element, tell: () => void): void {
  const listener = (): void => {
    if (element.isConnected) tell();
    else told.delete(listener);
  };
  told.add(listener);
}

/** Has everything drawn anew: the colours, the screen or the width are others. */
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

/** The system's colours and the window's size change by themselves. */
export function watchLook(): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", lookAgain);
  addEventListener("resize", lookAgain);
}

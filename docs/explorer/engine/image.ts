/** @file The image, the photo and the network that several sections look at: what was drawn, and what was dropped. */
import type { Loaded } from "./dropped.ts";
import type { Numbers } from "./numbers.ts";

export interface Current {
  /** [1, 28, 28, 1], 0 to 1: for the network that comes with the page. */
  readonly grey: Numbers;
  /**
   * [h, w, 3], grey levels: for a network that was dropped. The page's own until another one is; null until that is
   * read.
   */
  readonly photo: Numbers | null;
  readonly network: Loaded | null;
}

let now: Current = { grey: { shape: [1, 28, 28, 1], data: new Float32Array(784) }, photo: null, network: null };
const told = new Map<string, () => void>();

export function current(): Current {
  return now;
}

export function change(part: Partial<Current>): void {
  now = { ...now, ...part };
  for (const tell of told.values()) tell();
}

/** One listener per section: a page that is built anew replaces its own. */
export function onChange(section: string, tell: () => void): void {
  told.set(section, tell);
}

/** @file The drawn image, the photo and the dropped network, which several sections share. */
import type { Loaded } from "./dropped.ts";
import type { Numbers } from "./numbers.ts";

export interface Current {
  /** [1, 28, 28, 1], 0 to 1: for the page's own network. */
  readonly grey: Numbers;
  /**
   * [h, w, 3], levels from 0 to 255: for a dropped network. The page's own photo until another is dropped; null until
   * that is read.
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

/** One listener per section: a rebuilt page replaces its own. */
export function onChange(section: string, tell: () => void): void {
  told.set(section, tell);
}

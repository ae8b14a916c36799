/** @file Computes scene 7, the page's network in fewer and fewer bits, once, when it becomes visible. */

import type { BitsAnswer } from "../engine/bits.ts";
import { ask } from "../engine/client.ts";
import { setState, state } from "./kept.ts";

let isAsked = false;

export function computeBits(): void {
  if (isAsked) return;
  isAsked = true;
  const tell = (answer: BitsAnswer): void => setState({ ...state(), answers: [...state().answers, answer] }, null);
  // If it fails for lack of memory, it runs again the next time the scene is visible.
  ask("bits", null, { tell }).catch(() => {
    isAsked = false;
    setState({ ...state(), answers: [] }, null);
  });
}

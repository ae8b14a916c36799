/** @file Computes scene 7: the network that comes with the page in fewer and fewer bits, once, when it is looked at. */

import type { BitsAnswer } from "../engine/bits.ts";
import { ask } from "../engine/client.ts";
import { setState, state } from "./kept.ts";

let isAsked = false;

export function computeBits(): void {
  if (isAsked) return;
  isAsked = true;
  const tell = (answer: BitsAnswer): void => setState({ ...state(), answers: [...state().answers, answer] }, null);
  // What fails, because there is no memory, is asked again when somebody looks again.
  ask("bits", null, { tell }).catch(() => {
    isAsked = false;
    setState({ ...state(), answers: [] }, null);
  });
}

/** @file What a session is given to run. */
import type { Numbers } from "../tensor/numbers.ts";

/** Images of a batch: of each input its numbers, and how many there are. */
export interface Batched {
  readonly count: number;
  readonly inputs: readonly Numbers[];
}

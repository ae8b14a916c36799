/** @file The inputs of a session's run. */
import type { Numbers } from "../tensor/numbers.ts";

/** The images of a batch: the numbers of each input, and how many images there are. */
export interface Batched {
  readonly count: number;
  readonly inputs: readonly Numbers[];
}

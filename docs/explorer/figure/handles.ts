/** @file What stands below a figure, to set it by. */
import type { State } from "../scenes/state.ts";
import type { Child } from "../view/h.ts";

export interface Handles {
  readonly element: Child;
  /** Shows the state that the figure shows, in a step of the text. */
  show(state: State, step: number): void;
  /** What begins only when somebody looks. */
  whenSeen?(state: State, step: number): void;
}

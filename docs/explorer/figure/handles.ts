/** @file The controls below a figure. */
import type { State } from "../scenes/state.ts";
import type { Child } from "../view/h.ts";

export interface Handles {
  readonly element: Child;
  /** Updates the controls to the figure's state, in a step of the text. */
  show(state: State, step: number): void;
  /** Starts work that begins only when the figure is visible. */
  whenSeen?(state: State, step: number): void;
}

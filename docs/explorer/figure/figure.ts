/** @file A figure: a drawing for every state, step and value, at any size. It does not know about the page. */
import type { State } from "../scenes/state.ts";
import type { StoryText } from "../text/language.ts";
import type { Drawing } from "./drawing.ts";
import type { Timeline } from "./player.ts";

export interface View {
  /** Available pixels. */
  readonly width: number;
  readonly height: number;
  /** Font size of captions, in pixels. */
  readonly caption: number;
  /** The state shown: a figure that plays may pass through states other than the one that was set. */
  readonly state: State;
  /** The step of the text being read, from 0. */
  readonly step: number;
  /** The value of the timeline being shown. */
  readonly at: number;
  /** The place in the figure that is pointed at or was clicked; null for none. */
  readonly spot: number | null;
  readonly text: StoryText;
}

export interface Figure {
  timeline(state: State, step: number): Timeline;
  /**
   * The state to show, for steps that show states other than the one that was set.
   *
   * @param isSet whether the reader has set something in this step, which then is shown
   */
  shown?(state: State, step: number, at: number, isSet: boolean): State;
  draw(view: View): Drawing;
  /** The drawing in words, for screen readers. */
  says(view: View): string;
  /** The underlying numbers: a caption, and rows that begin with their headings. */
  numbers(view: View): readonly (readonly string[])[];
  /** Values that a key moves by. Default 1. */
  readonly jump?: number;
  /** The place at a point of the drawing; null for none. */
  spotAt?(view: View, x: number, y: number): number | null;
  /** The settings from dragging a handle to a point. */
  drag?(view: View, handle: string, x: number, y: number): Partial<State>;
  /** The settings from releasing a handle, or from Enter on it. */
  drop?(view: View, handle: string): Partial<State>;
  /** The settings from moving a handle by a key, one step up or down. */
  nudge?(view: View, handle: string, by: number): Partial<State>;
  /** The value that shows what was just set. Default: the current value stays. */
  atOf?(state: State, step: number): number;
}

/** A figure that does not move. */
export const STILL: Timeline = { count: 1, seconds: () => 1, loops: false };

/** @file What a figure is: a drawing for every state, step and value, at any size. It knows no page. */
import type { State } from "../scenes/state.ts";
import type { StoryText } from "../text/language.ts";
import type { Drawing } from "./drawing.ts";
import type { Timeline } from "./player.ts";

export interface View {
  /** Pixels that there are. */
  readonly width: number;
  readonly height: number;
  /** Pixels of a caption's text. */
  readonly caption: number;
  /** As it is shown: what plays by itself goes through other states than the one that was set. */
  readonly state: State;
  /** Which step of the text is read, from 0. */
  readonly step: number;
  /** Which value of the timeline is to be seen. */
  readonly at: number;
  /** Where somebody points, or has clicked: one of the figure's places; null for nowhere. */
  readonly spot: number | null;
  readonly text: StoryText;
}

export interface Figure {
  timeline(state: State, step: number): Timeline;
  /**
   * The state that is to be seen, where a step shows others than the one that was set.
   *
   * @param isSet whether somebody has set something in this step: then that is to be seen
   */
  shown?(state: State, step: number, at: number, isSet: boolean): State;
  draw(view: View): Drawing;
  /** The same in words, for those who do not see it. */
  says(view: View): string;
  /** The numbers behind it: a caption, and rows that begin with what they are. */
  numbers(view: View): readonly (readonly string[])[];
  /** How many values a key moves on. Default 1. */
  readonly jump?: number;
  /** The place under a point of the drawing; null for none. */
  spotAt?(view: View, x: number, y: number): number | null;
  /** What a handle that is dragged to a point sets. */
  drag?(view: View, handle: string, x: number, y: number): Partial<State>;
  /** What letting go of a handle sets, or Enter on it. */
  drop?(view: View, handle: string): Partial<State>;
  /** What a key does to a handle: a step up or down. */
  nudge?(view: View, handle: string, by: number): Partial<State>;
  /** The value that shows what was just set. Default: the one that is to be seen stays. */
  atOf?(state: State, step: number): number;
}

/** A figure at rest, with one value. */
export const STILL: Timeline = { count: 1, seconds: () => 1, loops: false };

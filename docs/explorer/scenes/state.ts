/** @file The settings of the scenes: one state for all of them, as in the address. */
import { BITS, type BitsAnswer } from "../engine/bits.ts";
import type { BlockTime } from "../engine/measure.ts";

/** The stamps of scene 1: three designed by hand, and one learned by a network. */
export const STAMPS = ["edge", "blur", "sharpen", "learned"] as const;
export type StampName = (typeof STAMPS)[number];

/** No padding, and two rules that are both called "same". */
export const PADDINGS = ["valid", "tensorflow", "pytorch"] as const;
export type PaddingName = (typeof PADDINGS)[number];

export interface State {
  readonly stamp: StampName;
  readonly stride: 1 | 2;
  readonly padding: PaddingName;
  /** O, outputs of scenes 3 and 4. */
  readonly o: number;
  /** Whether the filter of scene 3 is any filter, or one that splits. */
  readonly any: boolean;
  /** k, the kernel of scenes 4 and 6. */
  readonly k: number;
  /** C and the side of the image, of scene 6. */
  readonly c: number;
  readonly side: number;
  /** Bits of a weight in scene 7. */
  readonly bits: number;
  /** Transposed convolution: the distance between two pixels' stamps, and the width cut off the edges. */
  readonly apart: 1 | 2;
  readonly cut: 0 | 1;
  /** The reader's guess, times cheaper; null before it is given. */
  readonly guess: number | null;
  /** Position of the mark for a guess, submitted or not. */
  readonly aim: number;
  /** The measurements of scene 6's block; null before the first. */
  readonly times: Times | null;
  /** The results of scene 7, from the most bits to the fewest. */
  readonly answers: readonly BitsAnswer[];
}

export interface Times {
  readonly rows: readonly BlockTime[];
  /** Progress, 0 to 1. */
  readonly share: number;
  /** Whether the tab was in the background meanwhile. */
  readonly slept: boolean;
}

/** Parts of the state that are not in the address. */
const OWN = ["aim", "times", "answers"] as const;

export const INITIAL: State = {
  stamp: "edge",
  stride: 1,
  padding: "valid",
  o: 64,
  any: false,
  k: 3,
  c: 64,
  side: 28,
  bits: 8,
  apart: 2,
  cut: 0,
  guess: null,
  aim: 3,
  times: null,
  answers: [],
};

/** Possible values of C and the image side in scene 6. */
export const CHANNEL_STEPS = [4, 8, 16, 32, 64, 128, 256] as const;
export const SIDES = [7, 14, 28, 56, 112] as const;

export const MAX_OUTPUTS = 64;
export const MAX_KERNEL = 5;
/** The ends of the line for guesses. */
export const GUESSES = { min: 0.5, max: 40 } as const;

const within = (text: string, min: number, max: number): number | undefined => {
  const value = Number(text);
  return text !== "" && Number.isInteger(value) && value >= min && value <= max ? value : undefined;
};

/** The settings that an address can contain. */
export type Setting = Exclude<keyof State, (typeof OWN)[number]>;
export const SETTINGS: readonly Setting[] = (Object.keys(INITIAL) as (keyof State)[]).filter(
  (name): name is Setting => !OWN.some((one) => one === name),
);

/** Parses each setting from an address; undefined if it is invalid. */
const oneOf = (steps: readonly number[], text: string): number | undefined => steps.find((one) => String(one) === text);

const READ: { readonly [K in Setting]: (text: string) => State[K] | undefined } = {
  stamp: (text) => STAMPS.find((one) => one === text),
  stride: (text) => within(text, 1, 2) as 1 | 2 | undefined,
  padding: (text) => PADDINGS.find((one) => one === text),
  o: (text) => within(text, 1, MAX_OUTPUTS),
  any: (text) => (text === "1" ? true : text === "0" ? false : undefined),
  k: (text) => within(text, 1, MAX_KERNEL),
  c: (text) => oneOf(CHANNEL_STEPS, text),
  side: (text) => oneOf(SIDES, text),
  bits: (text) => oneOf(BITS, text),
  apart: (text) => within(text, 1, 2) as 1 | 2 | undefined,
  cut: (text) => within(text, 0, 1) as 0 | 1 | undefined,
  guess: (text) => {
    const value = Number(text);
    return text !== "" && value >= GUESSES.min && value <= GUESSES.max ? value : undefined;
  },
};

/** The state with the settings of an address; missing or invalid ones stay as before. */
export function readState(parameters: ReadonlyMap<string, string>, before: State = INITIAL): State {
  const given = Object.entries(READ).flatMap(([name, read]) => {
    const value = parameters.has(name) ? read(parameters.get(name) as string) : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  const state = { ...before, ...(Object.fromEntries(given) as Partial<State>) };
  return { ...state, aim: state.guess ?? before.aim, times: isSameBlock(state, before) ? before.times : null };
}

function isSameBlock(a: State, b: State): boolean {
  return a.k === b.k && a.o === b.o && a.c === b.c && a.side === b.side;
}

/** The named settings that differ from the initial state. */
export function writeState(state: State, names: readonly Setting[]): ReadonlyMap<string, string> {
  const text = (value: State[Setting]): string => {
    if (typeof value === "boolean") return value ? "1" : "0";
    return typeof value === "number" ? String(Number(value.toPrecision(3))) : String(value);
  };
  return new Map(names.filter((name) => state[name] !== INITIAL[name]).map((name) => [name, text(state[name])]));
}

/** The changed state: another question clears the guess, another block clears its times. */
export function changed(state: State, change: Partial<State>): State {
  const next = { ...state, ...change };
  const isOther = next.k !== state.k || next.o !== state.o;
  return {
    ...next,
    guess: isOther ? (change.guess ?? null) : next.guess,
    times: isSameBlock(next, state) ? next.times : null,
  };
}

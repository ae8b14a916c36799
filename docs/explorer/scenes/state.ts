/** @file What somebody has set in the scenes: one state for all of them, as the address gives it. */

/** The stamps of scene 1: three that people drew up, and one that a network has learned. */
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
  /** k, the kernel of scene 4. */
  readonly k: number;
  /** How many times cheaper somebody says it is; null before they have. */
  readonly guess: number | null;
  /** Where the mark for a guess is, given or not. */
  readonly aim: number;
}

export const INITIAL: State = {
  stamp: "edge",
  stride: 1,
  padding: "valid",
  o: 64,
  any: false,
  k: 3,
  guess: null,
  aim: 3,
};

export const MAX_OUTPUTS = 64;
export const MAX_KERNEL = 5;
/** The ends of the line for guesses. */
export const GUESSES = { min: 0.5, max: 40 } as const;

const within = (text: string, min: number, max: number): number | undefined => {
  const value = Number(text);
  return text !== "" && Number.isInteger(value) && value >= min && value <= max ? value : undefined;
};

/** How each is read from an address; undefined for nonsense. */
const READ: { readonly [K in Exclude<keyof State, "aim">]: (text: string) => State[K] | undefined } = {
  stamp: (text) => STAMPS.find((one) => one === text),
  stride: (text) => within(text, 1, 2) as 1 | 2 | undefined,
  padding: (text) => PADDINGS.find((one) => one === text),
  o: (text) => within(text, 1, MAX_OUTPUTS),
  any: (text) => (text === "1" ? true : text === "0" ? false : undefined),
  k: (text) => within(text, 1, MAX_KERNEL),
  guess: (text) => {
    const value = Number(text);
    return text !== "" && value >= GUESSES.min && value <= GUESSES.max ? value : undefined;
  },
};

/** The state that an address gives; what it does not, or not sensibly, is as before. */
export function readState(parameters: ReadonlyMap<string, string>, before: State = INITIAL): State {
  const given = Object.entries(READ).flatMap(([name, read]) => {
    const value = parameters.has(name) ? read(parameters.get(name) as string) : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  const state = { ...before, ...(Object.fromEntries(given) as Partial<State>) };
  return { ...state, aim: state.guess ?? before.aim };
}

/** What differs from the first state, of the names that a scene shows. */
export function writeState(state: State, names: readonly (keyof State)[]): ReadonlyMap<string, string> {
  const text = (value: State[keyof State]): string => {
    if (typeof value === "boolean") return value ? "1" : "0";
    return typeof value === "number" ? String(Number(value.toPrecision(3))) : String(value);
  };
  return new Map(names.filter((name) => state[name] !== INITIAL[name]).map((name) => [name, text(state[name])]));
}

/** The state with a change made to it: another question takes the answer back. */
export function changed(state: State, change: Partial<State>): State {
  const next = { ...state, ...change };
  const isOther = next.k !== state.k || next.o !== state.o;
  return isOther ? { ...next, guess: change.guess ?? null } : next;
}

/**
 * @file What a generator of this tier gives for one layer: emitted functions, numbers for them to read, and how the
 * work can be cut into parts.
 */

import type { Tensor } from "../../tensor/tensor.ts";
import type { Func } from "../../wasm/expression.ts";
import type { Precision, Sizes } from "./engines.ts";

/**
 * What a parameter of a stage's function points at: an input by number, the output, the constants, or room for a while.
 */
export type Operand = number | "output" | "constants" | "scratch";

/**
 * One emitted function and the range that it works on. It takes an address for every operand, then `from` and `to`: it
 * does the units from `from` up to `to`, and any cut of the range gives the same bits. Stages follow one another; the
 * next one begins when all units of the one before are done.
 */
export interface Stage {
  readonly entry: Func;
  readonly operands: readonly Operand[];
  readonly units: number;
  /** Units that make one row of the output image, if they follow its rows. */
  readonly unitsPerRow?: number;
  /**
   * Whether a row of the output needs only the same row of the first input, so that nobody need wait for the others.
   */
  readonly readsOwnRow?: boolean;
}

/** Where the operands of a layer lie. */
export interface Places {
  input(index: number): number;
  readonly output: number;
  readonly constants: number;
  readonly scratch: number;
}

export function addressesOf({ operands }: Stage, places: Places): readonly number[] {
  return operands.map((operand) => (typeof operand === "number" ? places.input(operand) : places[operand]));
}

/** Where constants go: an address, a multiple of 16, and scratch that may be used on the way. */
export interface Room {
  readonly memory: WebAssembly.Memory;
  readonly at: number;
  readonly scratch: number;
}

/** Numbers that a layer's code reads besides its inputs, e.g. packed weights. */
export interface Constants {
  readonly bytes: number;
  write(to: Room): void;
}

/** A layer in emitted code. */
export interface Emitted {
  readonly stages: readonly Stage[];
  readonly constants: Constants;
  /** Bytes of memory that the stages of this layer, and the writing of its constants, may write to and read from. */
  readonly scratchBytes: number;
}

/**
 * A layer in plain TypeScript, on tensors that lie in the same memory: for what only copies, or is little work beside
 * the rest.
 */
export interface Hosted {
  readonly hosted: (inputs: readonly Tensor[], output: Tensor) => void;
}

export type Recipe = Emitted | Hosted;

export const NO_CONSTANTS: Constants = { bytes: 0, write: () => {} };

/** So many bytes of arrays, one after the other. @param arrays made when they are written */
export function constantsOf(bytes: number, arrays: () => readonly (Float32Array | Float64Array)[]): Constants {
  return {
    bytes,
    write: ({ memory, at }) => {
      let end = at;
      for (const { buffer, byteOffset, byteLength } of arrays()) {
        new Uint8Array(memory.buffer).set(new Uint8Array(buffer, byteOffset, byteLength), end);
        end += byteLength;
      }
    },
  };
}

/** How generators make functions. */
export interface Emitter extends Sizes {
  /** Whether product and sum are rounded together, `relaxed_madd`. */
  readonly fused: boolean;
  /** The function that `make` makes of constants; layers of one geometry have one function. */
  func<C>(kind: string, code: C, make: (code: C) => Func): Func;
}

/** Functions that an emitter remembers; then it begins anew. */
const KEPT_FUNCTIONS = 256;

export function emitter(precision: Precision, sizes: Sizes): Emitter {
  const known = new Map<string, Func>();
  return {
    ...sizes,
    fused: precision === "fast",
    func: (kind, code, make) => {
      const key = kind + JSON.stringify(code);
      const found = known.get(key) ?? make(code);
      if (known.size >= KEPT_FUNCTIONS) known.clear();
      known.set(key, found);
      return found;
    },
  };
}

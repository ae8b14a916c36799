/**
 * @file What a generator of this tier gives for one operation: launches of emitted functions, constants for them to
 * read, and how the work can be divided.
 */

import type { Tensor } from "../../tensor/tensor.ts";
import { type Declare, func, integers } from "../../wasm/control.ts";
import type { Func, Local, Statements } from "../../wasm/expression.ts";
import type { Precision, Sizes } from "./engines.ts";

/**
 * What a parameter of a launch's function points at: an input by number, the output, the constants, or scratch memory.
 */
export type Operand = number | "output" | "constants" | "scratch";

/**
 * A function and the range that it works on. It takes an address for every operand, then `from` and `to`: it does the
 * units from `from` up to `to`, and any division of the range gives the same bits. Launches follow one another; the
 * next one begins when all units of the one before are done.
 */
export interface Launch {
  readonly func: Func;
  readonly operands: readonly Operand[];
  /** Units of parallel work. */
  readonly units: number;
  /** Units that make one row of the output image, if they follow its rows. */
  readonly unitsPerRow?: number;
  /**
   * Whether a row of the output needs only the same row of the first input, so threads can continue without a barrier.
   */
  readonly readsOwnRow?: boolean;
}

/** Parameters of a launch's function: the addresses of its operands, and its range. */
export type LaunchParams<N extends string> = Readonly<Record<N | "from" | "to", Local<"i32">>>;

/** A function for a launch. */
export function launchFunc<N extends string>(
  name: string,
  operands: readonly N[],
  build: (params: LaunchParams<N>, declare: Declare) => Statements,
): Func {
  return func(name, integers<N | "from" | "to">([...operands, "from", "to"]), build);
}

/** Addresses of a kernel's operands. */
export interface Addresses {
  input(index: number): number;
  readonly output: number;
  readonly constants: number;
  readonly scratch: number;
}

export function addressesOf({ operands }: Launch, addresses: Addresses): readonly number[] {
  return operands.map((operand) => (typeof operand === "number" ? addresses.input(operand) : addresses[operand]));
}

/** Where constants are written: an address, a multiple of 16, and scratch memory that may be used on the way. */
export interface Region {
  readonly memory: WebAssembly.Memory;
  readonly at: number;
  readonly scratch: number;
}

/** Numbers that a kernel reads besides its inputs, e.g. packed weights. */
export interface Constants {
  readonly bytes: number;
  /** Reads the weights each time: training changes them between two calls. */
  write(to: Region): void;
}

export interface EmittedKernel {
  readonly launches: readonly Launch[];
  readonly constants: Constants;
  /** Bytes of memory that the launches, and the writing of the constants, may write to and read from. */
  readonly scratchBytes: number;
}

/** Plain TypeScript on tensors in the same memory: for what only copies, or is little work beside the rest. */
export interface HostKernel {
  readonly host: (inputs: readonly Tensor[], output: Tensor) => void;
}

export type SimdKernel = EmittedKernel | HostKernel;

export const NO_CONSTANTS: Constants = { bytes: 0, write: () => {} };

/** Arrays, one after the other. @param arrays made when they are written */
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
  readonly precision: Precision;
  /** The function that `make` makes of constants; nodes of one geometry share it. */
  func<C>(kind: string, constants: C, make: (constants: C) => Func): Func;
}

/** Functions that an emitter keeps; when it has more, it drops all of them. */
const KEPT_FUNCTIONS = 256;

export function createEmitter(precision: Precision, sizes: Sizes): Emitter {
  const known = new Map<string, Func>();
  return {
    ...sizes,
    precision,
    func: (kind, constants, make) => {
      const key = kind + JSON.stringify(constants);
      const found = known.get(key) ?? make(constants);
      if (known.size >= KEPT_FUNCTIONS) known.clear();
      known.set(key, found);
      return found;
    },
  };
}

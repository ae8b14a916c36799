/** @file How generators of this tier make functions for launches, and what the functions read besides their inputs. */
import { type Declare, func, integers } from "../../wasm/control.ts";
import type { Func, Local, Statements } from "../../wasm/expression.ts";
import { type Packed, type RealWeights, realWeights } from "../contract/kernels.ts";
import type { Precision, Sizes } from "./engines.ts";

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

/** Arrays, one after the other. @param arrays from the weights */
export function packedArrays(
  bytes: number,
  arrays: (weights: RealWeights) => readonly (Float32Array | Float64Array | Int32Array)[],
): Packed {
  return {
    bytes,
    write: (weights, { memory, at }) => {
      let end = at;
      for (const { buffer, byteOffset, byteLength } of arrays(realWeights(weights))) {
        new Uint8Array(memory.buffer).set(new Uint8Array(buffer, byteOffset, byteLength), end);
        end += byteLength;
      }
    },
  };
}

/** How generators make functions. */
export interface Emitter extends Sizes {
  readonly precision: Precision;
  /**
   * The function that `make` builds from constants; nodes with the same geometry share it.
   *
   * @param make a module-level function, so that its result depends on the constants only
   */
  func<C>(make: (constants: C) => Func, constants: C): Func;
}

/** Functions of one kind that an emitter keeps; when it has more, it drops all of them. */
const KEPT_FUNCTIONS = 256;

export function createEmitter(precision: Precision, sizes: Sizes): Emitter {
  const known = new Map<unknown, Map<string, Func>>();
  return {
    ...sizes,
    precision,
    func: (make, constants) => {
      const own = known.get(make) ?? new Map<string, Func>();
      const key = JSON.stringify(constants, finite);
      const found = own.get(key) ?? make(constants);
      if (own.size >= KEPT_FUNCTIONS) own.clear();
      known.set(make, own.set(key, found));
      return found;
    },
  };
}

/** JSON has no other numbers: they would all become null, and distinct constants look the same. It omits functions. */
function finite(name: string, value: unknown): unknown {
  if (typeof value === "function") throw new Error(`${name} is a function, needs a constant`);
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${name} is ${value}`);
  return value;
}

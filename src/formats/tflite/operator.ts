/** @file TensorFlow Lite operators, and how they read their options. */
import type { QuantizedLevels } from "../../tensor/quantizedTensor.ts";
import { float32, int8, int32, type Table } from "../bytes/flatbuffers.ts";
import { activated, clipped } from "../importer/functions.ts";
import { type Operator as AnyOperator, operator as anyOperator } from "../importer/operator.ts";
import { type Context as AnyContext, isConstant, type Known, type Value } from "../importer/values.ts";
import { FUSED_ACTIVATIONS, type FusedActivation } from "./schema.ts";

/** The context of a TensorFlow Lite operator, apart from its inputs. */
export interface Own {
  /** The operator's own table of options; null: all have their defaults. */
  readonly options: Table | null;
  readonly customOptions: Uint8Array | null;
  /** Number of its outputs in the file. */
  readonly outputs: number;
  /** Levels of its result; null for real numbers. */
  readonly levels: QuantizedLevels | null;
}

export type Context = AnyContext & Own;

export type Operator = AnyOperator<Context>;

/** @param takesBlocks whether inputs may be cut into blocks; default false */
export function operator(run: Operator["run"], takesBlocks?: boolean): Operator {
  return anyOperator<Context>(run, takesBlocks);
}

export function intOption({ options }: Context, id: number, byDefault: number = 0): number {
  return options === null ? byDefault : int32(options, id, byDefault);
}

export function byteOption({ options }: Context, id: number): number {
  return options === null ? 0 : int8(options, id);
}

export function flagOption(c: Context, id: number): boolean {
  return byteOption(c, id) !== 0;
}

export function floatOption({ options }: Context, id: number): number {
  return options === null ? 0 : float32(options, id);
}

/** The padding of a window: the first option of convolutions and pools. */
export function paddingOption(c: Context): "same" | "valid" {
  const rule = (["same", "valid"] as const)[byteOption(c, 0)];
  return rule ?? c.fail(`has the padding ${byteOption(c, 0)}, needs SAME or VALID`);
}

export function activationOption(c: Context, id: number): FusedActivation {
  const number = byteOption(c, id);
  const found = FUSED_ACTIVATIONS[number];
  if (found === undefined || found === "signBit")
    c.fail(`has the activation ${found ?? number}, which is not supported`);
  return found;
}

/** Returns the part of a fused activation that a layer applies itself; `after` applies the rest. */
export function fusedInto(activation: FusedActivation): "none" | "relu" | "relu6" {
  return activation === "relu" || activation === "relu6" ? activation : "none";
}

/** Computes a result, and applies the activation of an option as a node after it. */
export function withActivation(c: Context, id: number, run: () => Known): Known {
  const activation = activationOption(c, id);
  const result = run();
  return activation === "none" || isConstant(result) ? result : after(c, activation, result);
}

/** Applies an activation as a node after the operator's. */
export function after(c: Context, activation: FusedActivation, x: Value): Value {
  const own = { ...c, name: c.fresh(activation) };
  if (activation === "tanh") return { ...x, name: c.g.tanh(x.name, { name: own.name }) };
  if (activation === "relu1") return clipped(own, x, -1, 1);
  return activation === "relu" || activation === "relu6" ? activated(own, activation, x) : x;
}

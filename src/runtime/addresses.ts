/** @file Resolves the operands of a launch to addresses in memory. */
import type { Launch } from "../kernels/contract/kernels.ts";

/** Addresses of a kernel's operands. */
export interface Addresses {
  input(index: number): number;
  readonly output: number;
  readonly packed: number;
  readonly scratch: number;
}

export function addressesOf({ operands }: Launch, addresses: Addresses): readonly number[] {
  return operands.map((operand) => (typeof operand === "number" ? addresses.input(operand) : addresses[operand]));
}

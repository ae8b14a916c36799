/** @file Turns kernels of emitted code into kernels on tensors, or on integers, each run alone. */
import type { ComputeNumbers, Kernel } from "../kernels/contract/kernels.ts";
import type { IntegerKernel } from "../kernels/contract/quantized.ts";
import { runAlone } from "./alone.ts";

/** A set whose kernels run alone, on operands of the types that they are made for. */
type Alone<Set> = {
  readonly [Op in keyof Set]: Set[Op] extends (...constants: infer A) => Kernel
    ? (...constants: A) => IntegerKernel
    : never;
};

/** @param parts number of pieces of the work, run one after the other: results are bit-identical for any number */
export function eager<Set extends object>(kernels: Set, parts: number = 1): Alone<Set> {
  const alone =
    (op: string, make: (...constants: unknown[]) => Kernel) =>
    (...constants: unknown[]): IntegerKernel => {
      const kernel = make(...constants);
      return kernel.kind === "host" ? () => kernel.compute as ComputeNumbers : runAlone(op, kernel, parts);
    };
  return Object.fromEntries(Object.entries(kernels).map(([op, make]) => [op, alone(op, make)])) as Alone<Set>;
}

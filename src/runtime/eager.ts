/** @file Kernels of emitted code as kernels on tensors, each run alone. */
import { type Kernel, type TensorKernel, weightless } from "../kernels/contract/kernels.ts";
import { runAlone } from "./alone.ts";

/** A set whose kernels run alone. */
type Alone<Set> = {
  readonly [Op in keyof Set]: Set[Op] extends (...constants: infer A) => Kernel
    ? (...constants: A) => TensorKernel
    : never;
};

/**
 * @param parts in how many parts the work is done, one after the other: the answers are the same bits for any number
 */
export function eager<Set extends object>(kernels: Set, parts: number = 1): Alone<Set> {
  const tensorKernel =
    (op: string, make: (...constants: unknown[]) => Kernel) =>
    (...constants: unknown[]): TensorKernel => {
      const kernel = make(...constants);
      return kernel.kind === "host" ? weightless(kernel.compute) : runAlone(op, kernel, parts);
    };
  return Object.fromEntries(Object.entries(kernels).map(([op, make]) => [op, tensorKernel(op, make)])) as Alone<Set>;
}

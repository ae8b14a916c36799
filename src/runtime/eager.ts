/** @file Turns kernels of emitted code into kernels on tensors, each run alone. */
import { type Kernel, type TensorKernel, weightless } from "../kernels/contract/kernels.ts";
import { runAlone } from "./alone.ts";

/** A set whose kernels run alone. */
type Alone<Set> = {
  readonly [Op in keyof Set]: Set[Op] extends (...constants: infer A) => Kernel
    ? (...constants: A) => TensorKernel
    : never;
};

/**
 * @param parts into which the work is cut, run one after the other: results are bit-identical for any number
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

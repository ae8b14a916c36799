/** @file Options of what is measured, checked. */
import { MAX_THREADS } from "../runtime/threads.ts";
import { knownKeys } from "../tensor/errors.ts";
import { checkPatience, PATIENCE, type Patience } from "../tensor/patience.ts";
import { checkInteger } from "../tensor/shape.ts";

/** Options of every measurement. */
export interface MeasuringOptions extends Patience {
  /** Of the simd tier, 1 to 64. Default 1. */
  readonly threads?: number | undefined;
  /** Maximum number of measured rounds. At least one is run. */
  readonly rounds?: number | undefined;
  /** Seed of the images, and of weights where a network has none. Default 1. */
  readonly seed?: number | undefined;
}

export interface CheckedOptions {
  readonly threads: number;
  readonly rounds: number;
  readonly seed: number;
  /** For the timing: reports progress, and stops if the signal says so. */
  onRound(round: number, rounds: number): void;
}

/**
 * @param others names of further options
 * @param rounds the default
 * @throws ShapeError
 */
export function checkMeasuring(
  op: string,
  options: MeasuringOptions,
  others: readonly string[],
  rounds: number,
): CheckedOptions {
  knownKeys(op, options, ["threads", "rounds", "seed", ...others, ...PATIENCE]);
  const { signal, onProgress } = checkPatience(op, options);
  return {
    threads: checkInteger(op, "threads", options.threads ?? 1, 1, MAX_THREADS),
    rounds: checkInteger(op, "rounds", options.rounds ?? rounds, 1),
    seed: checkInteger(op, "seed", options.seed ?? 1, 0),
    onRound: (round, of) => {
      signal?.throwIfAborted();
      onProgress(Math.max(0, round - 1), of);
    },
  };
}

/** The progress of one of several measurements in a row. */
export function partOf(
  { onRound }: Pick<CheckedOptions, "onRound">,
  part: number,
  parts: number,
): (round: number, rounds: number) => void {
  return (round, rounds) => onRound(part * rounds + round, parts * rounds);
}

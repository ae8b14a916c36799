/** @file Options of measurements, checked. */
import { MAX_THREADS } from "../runtime/threads.ts";
import { knownKeys } from "../tensor/errors.ts";
import { checkPatience, PATIENCE, type Patience } from "../tensor/patience.ts";
import { checkInteger } from "../tensor/shape.ts";

/** Options of every measurement. */
export interface MeasuringOptions extends Patience {
  /** Threads of the simd tier, 1 to 64. Default 1. */
  readonly threads?: number | undefined;
  /** Maximum number of measured rounds; at least one runs. By default, short measurements go on for half a second. */
  readonly rounds?: number | undefined;
  /** Seed of the images, and of the weights if a network has none. Default 1. */
  readonly seed?: number | undefined;
}

/** Warm-up, in milliseconds: until code is compiled. */
const WARMUP_MS = 150;

/** Short rounds repeat for at least this long. */
const MIN_MS = 500;

/** Options of `timeInTurns`; `onRound` reports progress, and throws if the signal is aborted. */
export interface CheckedTiming {
  readonly rounds: number;
  readonly minMs: number;
  readonly warmupMs: number;
  readonly onRound: (measured: number, rounds: number) => void;
}

export interface CheckedOptions {
  readonly threads: number;
  readonly seed: number;
  readonly timing: CheckedTiming;
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
    seed: checkInteger(op, "seed", options.seed ?? 1, 0),
    timing: {
      rounds: checkInteger(op, "rounds", options.rounds ?? rounds, 1),
      minMs: options.rounds === undefined ? MIN_MS : 0,
      warmupMs: WARMUP_MS,
      onRound: (measured, of) => {
        signal?.throwIfAborted();
        onProgress(measured, of);
      },
    },
  };
}

/** The timing of one of several consecutive measurements; its progress is that of all of them. */
export function partOf({ onRound, ...timing }: CheckedTiming, part: number, parts: number): CheckedTiming {
  return { ...timing, onRound: (measured, rounds) => onRound(part * rounds + measured, parts * rounds) };
}

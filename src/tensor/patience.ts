/** @file Options of long-running operations: cancellation and progress. */
import { checkRecord, ShapeError, show } from "./errors.ts";

/** Cancellation and progress, options of everything that may take over a second. */
export interface Patience {
  /** Stops the work as soon as possible: the promise rejects with the signal's reason, by default an AbortError. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the work done and the total: images of a run, bytes of a file, steps of training. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/** Names of these options, for operations that have others too. */
export const PATIENCE: readonly string[] = ["signal", "onProgress"];

/** @throws ShapeError for options of the wrong type; the signal's reason if already aborted */
export function checkPatience(
  op: string,
  options: unknown,
): { readonly signal: AbortSignal | undefined; readonly onProgress: (done: number, of: number) => void } {
  const { signal, onProgress = () => {} } = checkRecord(op, "options", options) as Patience;
  if (signal !== undefined && typeof signal?.throwIfAborted !== "function") {
    throw new ShapeError(`${op}: signal is ${show(signal)}, needs an AbortSignal`);
  }
  if (typeof onProgress !== "function") {
    throw new ShapeError(`${op}: onProgress is ${show(onProgress)}, needs a function`);
  }
  signal?.throwIfAborted();
  return { signal, onProgress };
}

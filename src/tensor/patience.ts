/** @file What promises take that may keep their caller waiting: a way to stop them, and to hear how far they are. */
import { checkRecord, ShapeError, show } from "./errors.ts";

export interface Patience {
  /**
   * Stops the work where it next can: the promise rejects with the signal's reason, an AbortError unless told
   * otherwise.
   */
  readonly signal?: AbortSignal | undefined;
  /** Told how much is done, of how much: images of a run, bytes of a file, steps of a training. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/** Names of the options, for operations that have others beside. */
export const PATIENCE: readonly string[] = ["signal", "onProgress"];

/** @throws ShapeError for options of another type; the signal's reason if it has been stopped already */
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

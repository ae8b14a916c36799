/** @file A breath for the event loop: signals, messages and clicks get through. */

/** Milliseconds of work after which one is due. */
export const PAUSE_EVERY_MS = 200;

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

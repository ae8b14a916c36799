/** @file Yields to the event loop, so that signals, messages and clicks are handled during long work. */

/** Milliseconds of work after which a pause is due. */
const PAUSE_EVERY_MS = 200;

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** For a loop to await once a turn: a pause where the last one was long ago, otherwise nothing. */
export function pacer(): () => Promise<void> | undefined {
  let rested = performance.now();
  return () => {
    if (performance.now() - rested < PAUSE_EVERY_MS) return undefined;
    return pause().then(() => {
      rested = performance.now();
    });
  };
}

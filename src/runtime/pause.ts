/** @file Yields to the event loop, so that signals, messages and clicks are handled during long work. */

/** Milliseconds of work between pauses. */
const PAUSE_EVERY_MS = 200;

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Returns a function to await in each loop iteration: it pauses if the last pause was long ago. */
export function pacer(): () => Promise<void> | undefined {
  let rested = performance.now();
  return () => {
    if (performance.now() - rested < PAUSE_EVERY_MS) return undefined;
    return pause().then(() => {
      rested = performance.now();
    });
  };
}

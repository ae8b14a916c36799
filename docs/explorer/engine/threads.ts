/** @file How many threads there can be: several only where the page is isolated. */

const MOST = 4;

export function threadsHere(): number {
  return globalThis.crossOriginIsolated === true ? Math.min(navigator.hardwareConcurrency, MOST) : 1;
}

/** @file Animation frames for the page's figures, with the seconds since the last one. */

let running: ((elapsed: number) => void)[] = [];
let last = 0;
let isAsked = false;

function frame(now: number): void {
  isAsked = false;
  const elapsed = (now - last) / 1000;
  last = now;
  for (const run of running) run(elapsed);
}

export function onFrame(run: (elapsed: number) => void): void {
  running.push(run);
}

/** Requests another frame; none are requested while nothing moves. */
export function askFrame(): void {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(frame);
}

/** Forgets the figures of the old page before it is rebuilt. */
export function clearFrames(): void {
  running = [];
}

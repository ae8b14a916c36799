/** @file Frames for the figures of the page, each told how many seconds have passed. */

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

/** Asks for another frame; none are asked for while nothing moves. */
export function askFrame(): void {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(frame);
}

/** Forgets the figures of a page that is built anew. */
export function clearFrames(): void {
  running = [];
}

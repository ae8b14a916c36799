/** @file Plays a figure: value by value, each for some seconds, at a speed. */

export interface Timeline {
  /** Number of values. */
  readonly count: number;
  /** How long a value is shown, in seconds; less than a frame where several pass in one. */
  seconds(value: number): number;
  /** Whether it starts again after the last value; otherwise it stops there. */
  readonly loops: boolean;
}

export const SPEEDS = [0.5, 1, 2, 4] as const;

/** The position of a figure; kept when the page is rebuilt in the other language. */
export interface Player {
  at: number;
  /** Seconds for which the value has been shown, at speed 1. */
  seen: number;
  isPlaying: boolean;
  speed: number;
}

export function player(isPlaying: boolean): Player {
  return { at: 0, seen: 0, isPlaying, speed: 1 };
}

/** Longer gaps between frames mean that the tab was asleep. */
const LONGEST_FRAME = 0.1;

/** Advances by the time since the last frame. @returns whether the value has changed */
export function advance(own: Player, { count, seconds, loops }: Timeline, elapsed: number): boolean {
  if (!own.isPlaying || (own.at >= count - 1 && !loops)) return false;
  const before = own.at;
  own.seen += Math.min(elapsed, LONGEST_FRAME) * own.speed;
  while (own.seen >= seconds(own.at)) {
    own.seen -= seconds(own.at);
    if (own.at < count - 1) own.at++;
    else if (loops) own.at = 0;
    if (own.at === count - 1 || own.at === 0) {
      own.seen = Math.min(own.seen, LONGEST_FRAME * own.speed); // at any speed, both ends are shown
      break;
    }
  }
  return own.at !== before;
}

/** Moves by values, within the ends, and stops playing. */
export function nudge(own: Player, { count }: Timeline, by: number): void {
  own.isPlaying = false;
  own.seen = 0;
  own.at = Math.max(0, Math.min(count - 1, own.at + by));
}

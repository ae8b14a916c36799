/** @file How a figure moves on: value by value, each for a time, at a speed. */

export interface Timeline {
  /** How many values it goes through. */
  readonly count: number;
  /** How long one is to be seen, in seconds; less than a frame where many pass in one. */
  seconds(value: number): number;
  /** Whether it begins again behind the last one; otherwise it rests there. */
  readonly loops: boolean;
}

export const SPEEDS = [0.5, 1, 2, 4] as const;

/** Where a figure is; kept while the page is built anew in the other language. */
export interface Player {
  at: number;
  /** Seconds for which the value has been seen, at speed 1. */
  seen: number;
  isPlaying: boolean;
  speed: number;
}

export function player(isPlaying: boolean): Player {
  return { at: 0, seen: 0, isPlaying, speed: 1 };
}

/** Longer pauses between frames are those of a tab that slept. */
const LONGEST_FRAME = 0.1;

/** Moves on by the time since the last frame. @returns whether another value is to be seen */
export function advance(own: Player, { count, seconds, loops }: Timeline, elapsed: number): boolean {
  if (!own.isPlaying || (own.at >= count - 1 && !loops)) return false;
  const before = own.at;
  own.seen += Math.min(elapsed, LONGEST_FRAME) * own.speed;
  while (own.seen >= seconds(own.at)) {
    own.seen -= seconds(own.at);
    if (own.at < count - 1) own.at++;
    else if (loops) own.at = 0;
    if (own.at === count - 1 || own.at === 0) {
      own.seen = Math.min(own.seen, LONGEST_FRAME * own.speed); // however fast: both ends are seen
      break;
    }
  }
  return own.at !== before;
}

/** One value on or back; it stays at the ends, and stops playing. */
export function nudge(own: Player, { count }: Timeline, by: number): void {
  own.isPlaying = false;
  own.seen = 0;
  own.at = Math.max(0, Math.min(count - 1, own.at + by));
}

/** @file The state of the scenes, and the listener that is told when it changes. */
import { INITIAL, type State } from "../scenes/state.ts";

let now: State = INITIAL;
let tell: (scene: string | null) => void = () => {};

export function state(): State {
  return now;
}

/** @param scene the scene in which it was set; null for an address */
export function setState(next: State, scene: string | null): void {
  now = next;
  tell(scene);
}

/** One listener: a rebuilt page replaces its own. */
export function onState(listener: (scene: string | null) => void): void {
  tell = listener;
}

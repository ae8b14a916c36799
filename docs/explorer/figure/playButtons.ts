/** @file The two buttons of a figure: play or pause, and speed. */
import { story } from "../text/language.ts";
import { button } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { type Player, SPEEDS } from "./player.ts";

export interface PlayButtons {
  readonly element: HTMLElement;
  /** Updates the buttons. */
  show(): void;
}

export function playButtons(player: Player, setPlaying: (isPlaying: boolean) => void): PlayButtons {
  const { controls } = story();
  const toggle = button("", () => setPlaying(!player.isPlaying), { class: "play" });
  const show = (): void => {
    const word = player.isPlaying ? controls.pause : controls.play;
    fill(
      toggle,
      h("span", { "aria-hidden": "true" }, player.isPlaying ? "❚❚" : "▶"),
      h("span", { class: "play-word" }, ` ${word}`),
    );
    toggle.setAttribute("aria-label", word);
  };
  const faster = button("", () => {
    player.speed = SPEEDS[(SPEEDS.indexOf(player.speed as (typeof SPEEDS)[number]) + 1) % SPEEDS.length];
    showSpeed();
  });
  const showSpeed = (): void => {
    faster.textContent = `${player.speed} ×`;
    faster.title = controls.speed(player.speed);
    faster.setAttribute("aria-label", faster.title);
  };
  show();
  showSpeed();
  return { element: h("span", { class: "plays" }, faster, toggle), show };
}

/** @file A figure on the page: fitted to its space, played, pointed at, set by handles and read out. */

import { changed as withChange } from "../scenes/state.ts";
import { setState, state } from "../story/kept.ts";
import { story } from "../text/language.ts";
import { h, svg } from "../view/h.ts";
import { dragging } from "./dragging.ts";
import type { Figure, View } from "./figure.ts";
import { askFrame, clearFrames, onFrame } from "./frames.ts";
import type { Handles } from "./handles.ts";
import { type Canvas, patch } from "./patch.ts";
import { playButtons } from "./playButtons.ts";
import { advance, nudge, type Player, player } from "./player.ts";
import { readOut } from "./readOut.ts";

export interface Stage {
  readonly element: HTMLElement;
  /** Moves to another step of the text. */
  setStep(step: number): void;
  /** Redraws after a setting changed. @param isOwn whether to show the setting, rather than play on */
  refresh(isOwn: boolean): void;
}

/** The position of each figure, kept when the page is rebuilt in the other language. */
interface Kept {
  readonly player: Player;
  step: number;
  pin: number | null;
  /** Whether something was set in this step, and nothing has played since. */
  isSet: boolean;
}
const kept = new Map<string, Kept>();

const isReduced = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Forgets the figures of the old page before it is rebuilt. */
export function clearStages(): void {
  clearFrames();
  for (const stop of stops) stop();
  stops = [];
}
let stops: (() => void)[] = [];

/** Size of a printed figure, in pixels. */
const PRINTED = { width: 900, height: 560 } as const;

/**
 * @param handles further controls, updated to the state shown
 * @param count steps of the text: a printed figure shows the last
 */
export function stage(id: string, label: string, figure: Figure, count: number, handles: Handles | null): Stage {
  const text = story();
  const own = kept.get(id) ?? { player: player(!isReduced()), step: 0, pin: null, isSet: false };
  if (!kept.has(id)) {
    kept.set(id, own);
    if (isReduced()) own.player.at = figure.timeline(state(), 0).count - 1;
  }
  const canvas: Canvas = svg("svg", { role: "group", "aria-label": label });
  const box = h("div", { class: "box" }, canvas);
  let size = { width: 0, height: 0 };
  let caption = 16;
  let isPrinted = false;
  /** The place under the pointer; the figure pauses while the pointer is over it. */
  let hover: number | null = null;
  let isOver = false;
  let isSeen = false;
  /** Whether it changed while it was not visible. */
  let isStale = false;

  const view = (): View => {
    const step = isPrinted ? count - 1 : own.step;
    const timeline = figure.timeline(state(), step);
    const at = isPrinted ? timeline.count - 1 : Math.min(own.player.at, timeline.count - 1);
    const shown = figure.shown?.(state(), step, at, own.isSet && !isPrinted) ?? state();
    return { ...size, caption, state: shown, step, at, spot: hover ?? own.pin, text };
  };
  const told = readOut(figure, view);
  const draw = (): void => {
    if (size.width === 0) return;
    isStale = !isSeen && !isPrinted && canvas.kept !== undefined;
    if (isStale) return;
    const now = view();
    patch(canvas, figure.draw(now));
    handles?.show(now.state, now.step);
    if (isSeen) handles?.whenSeen?.(now.state, now.step);
    if (!own.player.isPlaying || isOver || isReduced()) told.tabulateLater();
  };

  const setPlaying = (isPlaying: boolean): void => {
    const timeline = figure.timeline(state(), own.step);
    own.player.isPlaying = isPlaying;
    own.player.seen = 0;
    own.pin = isPlaying ? null : own.pin;
    own.isSet &&= !isPlaying;
    if (isPlaying && own.player.at >= timeline.count - 1) own.player.at = 0;
    buttons.show();
    draw();
    if (isPlaying) askFrame();
    else told.say();
  };
  const buttons = playButtons(own.player, setPlaying);
  buttons.element.hidden = Array.from({ length: count }).every((_, step) => figure.timeline(state(), step).count < 2);

  const element = h(
    "div",
    {
      class: "figure",
      "data-figure": id,
      tabindex: 0,
      role: "group",
      "aria-label": `${label}. ${text.controls.keys}`,
      onkeydown: (event: KeyboardEvent) => {
        if (event.target !== element || event.altKey || event.ctrlKey || event.metaKey) return;
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (event.key !== " " && by === undefined) return;
        event.preventDefault();
        if (by === undefined) return setPlaying(!own.player.isPlaying);
        own.pin = null;
        nudge(own.player, figure.timeline(state(), own.step), by * (figure.jump ?? 1));
        buttons.show();
        draw();
        told.say();
      },
    },
    box,
    h("div", { class: "handles" }, handles?.element, buttons.element),
    ...told.elements,
  );

  const pointOf = ({ clientX, clientY }: MouseEvent): readonly [number, number] => {
    const { left, top } = box.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  const point = (spot: number | null): void => {
    if (spot === hover) return;
    hover = spot;
    draw();
  };
  const isDragged = dragging(canvas, {
    figure,
    view,
    pointOf,
    set: (change) => change !== undefined && setState(withChange(state(), change), id),
    settled: told.say,
  });
  box.addEventListener("pointerenter", ({ pointerType }) => {
    isOver = pointerType === "mouse";
  });
  box.addEventListener("pointerleave", () => {
    isOver = false;
    point(null);
    askFrame();
  });
  box.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" && !isDragged()) point(figure.spotAt?.(view(), ...pointOf(event)) ?? null);
  });
  box.addEventListener("click", (event) => {
    const spot = figure.spotAt?.(view(), ...pointOf(event)) ?? null;
    if (spot === null) return;
    own.pin = own.pin === spot ? null : spot;
    own.player.isPlaying = false;
    buttons.show();
    draw();
    told.say();
  });

  const measure = (): void => {
    const { width, height } = box.getBoundingClientRect();
    const captionNow = Number.parseFloat(getComputedStyle(element).getPropertyValue("--caption")) || 16;
    if (width === size.width && height === size.height && captionNow === caption) return;
    [size, caption] = [{ width, height }, captionNow];
    canvas.classList.add("still"); // no animation of moves caused by the new size
    draw();
    requestAnimationFrame(() => canvas.classList.remove("still"));
  };
  const resized = new ResizeObserver(() => {
    if (!isPrinted) measure();
  });
  resized.observe(box);
  const watcher = new IntersectionObserver(([{ isIntersecting }]) => {
    isSeen = isIntersecting;
    if (isSeen && (isStale || handles?.whenSeen)) draw();
    if (isSeen) askFrame();
  });
  watcher.observe(element);
  const print = (isNow: boolean): void => {
    isPrinted = isNow;
    if (isNow) {
      size = PRINTED;
      canvas.setAttribute("viewBox", `0 0 ${PRINTED.width} ${PRINTED.height}`);
      draw();
    } else {
      canvas.removeAttribute("viewBox");
      size = { width: 0, height: 0 };
      measure();
    }
  };
  const [before, after] = [() => print(true), () => print(false)];
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  stops.push(() => {
    resized.disconnect();
    watcher.disconnect();
    removeEventListener("beforeprint", before);
    removeEventListener("afterprint", after);
  });

  onFrame((elapsed) => {
    if (!isSeen || isPrinted || !own.player.isPlaying || isOver || isDragged()) return;
    const timeline = figure.timeline(state(), own.step);
    if (timeline.count < 2) return;
    if (own.pin === null && advance(own.player, timeline, elapsed)) draw();
    askFrame();
  });

  return {
    element,
    setStep: (step) => {
      if (step === own.step) return;
      own.step = step;
      own.pin = null;
      own.isSet = false;
      hover = null;
      own.player.seen = 0;
      const { isPlaying } = own.player;
      own.player.at = isPlaying ? 0 : figure.timeline(state(), step).count - 1;
      draw();
      askFrame();
    },
    refresh: (isOwn) => {
      if (isOwn) {
        own.player.at = figure.atOf?.(state(), own.step) ?? own.player.at;
        own.player.isPlaying = false;
        own.isSet = true;
        buttons.show();
      }
      draw();
    },
  };
}

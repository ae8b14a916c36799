/** @file A figure on the page: drawn as large as there is room, played, pointed at, dragged and read out. */

import { type State, changed as withChange } from "../scenes/state.ts";
import { setState, state } from "../story/kept.ts";
import { story } from "../text/language.ts";
import { button } from "../view/controls.ts";
import { type Child, fill, h, svg } from "../view/h.ts";
import type { Figure, View } from "./figure.ts";
import { type Canvas, patch } from "./patch.ts";
import { advance, nudge, type Player, player, SPEEDS } from "./player.ts";

export interface Stage {
  readonly element: HTMLElement;
  /** Another step of the text is read. */
  setStep(step: number): void;
  /** Draws it again: something was set. @param isOwn whether it should show what was set, rather than play on */
  refresh(isOwn: boolean): void;
}

/** Where figures are: it stays while the page is built anew in the other language. */
interface Kept {
  readonly player: Player;
  step: number;
  pin: number | null;
  /** Whether something was set in this step, and nothing played since. */
  isSet: boolean;
}
const kept = new Map<string, Kept>();

/** Whether somebody wants little motion. Asked when it matters: a worker, which loads this too, has no such thing. */
const isReduced = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Figures on the page, each told how many seconds have passed. */
let running: ((elapsed: number) => void)[] = [];
let last = 0;
let isAsked = false;

function frame(now: number): void {
  isAsked = false;
  const elapsed = (now - last) / 1000;
  last = now;
  for (const run of running) run(elapsed);
}

/** Asks for another frame; none are asked for while nothing moves. */
function ask(): void {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(frame);
}

/** Forgets the figures of a page that is built anew. */
export function clearStages(): void {
  running = [];
  for (const stop of stops) stop();
  stops = [];
}
let stops: (() => void)[] = [];

/** Milliseconds after which a figure counts as at rest. */
const REST = 120;

/** Pixels of a printed figure. */
const PRINTED = { width: 900, height: 560 } as const;

/**
 * @param handles what else can be set, told of the state that is shown
 * @param count steps of the text: a printed figure shows the last
 */
export function stage(
  id: string,
  label: string,
  figure: Figure,
  count: number,
  handles: { readonly element: Child; show(state: State, step: number): void } | null,
): Stage {
  const text = story();
  const own = kept.get(id) ?? { player: player(!isReduced()), step: 0, pin: null, isSet: false };
  if (!kept.has(id)) {
    kept.set(id, own);
    if (isReduced()) own.player.at = figure.timeline(state(), 0).count - 1;
  }
  const canvas: Canvas = svg("svg", { role: "group", "aria-label": label });
  const box = h("div", { class: "box" }, canvas);
  const [said, numbers] = [h("p", { class: "said", role: "status" }), h("div", { class: "said" })];
  let size = { width: 0, height: 0 };
  let caption = 16;
  let isPrinted = false;
  /** Where the pointer is; it stops the figure while it is there. */
  let hover: number | null = null;
  let isOver = false;
  let isSeen = false;

  const view = (): View => {
    const step = isPrinted ? count - 1 : own.step;
    const timeline = figure.timeline(state(), step);
    const at = isPrinted ? timeline.count - 1 : Math.min(own.player.at, timeline.count - 1);
    const shown = figure.shown?.(state(), step, at, own.isSet && !isPrinted) ?? state();
    return { ...size, caption, state: shown, step, at, spot: hover ?? own.pin, text };
  };
  /** Whether it has changed while nobody saw it. */
  let isStale = false;
  const draw = (): void => {
    if (size.width === 0) return;
    isStale = !isSeen && !isPrinted && canvas.kept !== undefined;
    if (isStale) return;
    const now = view();
    patch(canvas, figure.draw(now));
    handles?.show(now.state, now.step);
    if (!own.player.isPlaying || isOver || isReduced()) readLater();
  };
  let reading: ReturnType<typeof setTimeout> | undefined;
  /** The numbers as a table, once nothing moves: a frame has no time for it. */
  const readLater = (): void => {
    clearTimeout(reading);
    reading = setTimeout(() => readOut(view()), REST);
  };
  const readOut = (now: View): void => {
    const [[title], ...rows] = figure.numbers(now);
    const key = JSON.stringify([title, rows]);
    if (numbers.dataset.key === key) return;
    numbers.dataset.key = key;
    const lines = rows.map(([first, ...rest]) =>
      h("tr", {}, h("th", { scope: "row" }, first), ...rest.map((one) => h("td", {}, one))),
    );
    fill(numbers, h("table", {}, h("caption", {}, `${text.numbers}: ${title}`), h("tbody", {}, ...lines)));
  };
  const say = (): void => {
    said.textContent = figure.says(view());
  };

  const toggle = button("", () => setPlaying(!own.player.isPlaying), { class: "play" });
  const showToggle = (): void => {
    const { isPlaying } = own.player;
    fill(
      toggle,
      h("span", { "aria-hidden": "true" }, isPlaying ? "❚❚" : "▶"),
      h("span", { class: "play-word" }, ` ${isPlaying ? text.controls.pause : text.controls.play}`),
    );
    toggle.setAttribute("aria-label", isPlaying ? text.controls.pause : text.controls.play);
  };
  const setPlaying = (isPlaying: boolean): void => {
    const timeline = figure.timeline(state(), own.step);
    own.player.isPlaying = isPlaying;
    own.player.seen = 0;
    own.pin = isPlaying ? null : own.pin;
    own.isSet &&= !isPlaying;
    if (isPlaying && own.player.at >= timeline.count - 1) own.player.at = 0;
    showToggle();
    draw();
    if (isPlaying) ask();
    else say();
  };
  const faster = button(`${own.player.speed} ×`, () => {
    const next = SPEEDS[(SPEEDS.indexOf(own.player.speed as (typeof SPEEDS)[number]) + 1) % SPEEDS.length];
    own.player.speed = next;
    showSpeed();
  });
  const showSpeed = (): void => {
    faster.textContent = `${own.player.speed} ×`;
    faster.setAttribute("aria-label", text.controls.speed(own.player.speed));
    faster.title = text.controls.speed(own.player.speed);
  };
  showToggle();
  showSpeed();

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
        showToggle();
        draw();
        say();
      },
    },
    box,
    h("div", { class: "handles" }, handles?.element, h("span", { class: "plays" }, faster, toggle)),
    said,
    numbers,
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
  box.addEventListener("pointerenter", ({ pointerType }) => {
    isOver = pointerType === "mouse";
  });
  box.addEventListener("pointerleave", () => {
    isOver = false;
    point(null);
    ask();
  });
  box.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" && dragged === null) point(figure.spotAt?.(view(), ...pointOf(event)) ?? null);
  });
  box.addEventListener("click", (event) => {
    const spot = figure.spotAt?.(view(), ...pointOf(event)) ?? null;
    if (spot === null) return;
    own.pin = own.pin === spot ? null : spot;
    own.player.isPlaying = false;
    showToggle();
    draw();
    say();
  });

  /** The handle that is being dragged. */
  let dragged: string | null = null;
  const handleOf = (event: Event): string | null =>
    (event.target as Element).closest?.("[data-handle]")?.getAttribute("data-handle") ?? null;
  const set = (change: Partial<State> | undefined): void => {
    if (change !== undefined) setState(withChange(state(), change), id);
  };
  canvas.addEventListener("pointerdown", (event) => {
    const handle = handleOf(event);
    if (handle === null || !figure.drag) return;
    event.preventDefault();
    (event.target as SVGElement).focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    dragged = handle;
    set(figure.drag(view(), handle, ...pointOf(event)));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (dragged !== null) set(figure.drag?.(view(), dragged, ...pointOf(event)));
  });
  const letGo = (): void => {
    if (dragged === null) return;
    set(figure.drop?.(view(), dragged));
    dragged = null;
    say();
  };
  canvas.addEventListener("pointerup", letGo);
  canvas.addEventListener("pointercancel", letGo);
  canvas.addEventListener("keydown", (event) => {
    const handle = handleOf(event);
    if (handle === null) return;
    const by = {
      ArrowRight: 1,
      ArrowUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      PageUp: 8,
      PageDown: -8,
      Home: -1e6,
      End: 1e6,
    }[event.key];
    if (by !== undefined) set(figure.nudge?.(view(), handle, by));
    else if (event.key === "Enter") set(figure.drop?.(view(), handle));
    else return;
    event.preventDefault();
    if (event.key === "Enter") say();
  });

  const measure = (): void => {
    const { width, height } = box.getBoundingClientRect();
    const captionNow = Number.parseFloat(getComputedStyle(element).getPropertyValue("--caption")) || 16;
    if (width === size.width && height === size.height && captionNow === caption) return;
    [size, caption] = [{ width, height }, captionNow];
    canvas.classList.add("still"); // what has moved because there is another size does not glide
    draw();
    requestAnimationFrame(() => canvas.classList.remove("still"));
  };
  const resized = new ResizeObserver(() => {
    if (!isPrinted) measure();
  });
  resized.observe(box);
  const watcher = new IntersectionObserver(([{ isIntersecting }]) => {
    isSeen = isIntersecting;
    if (isSeen && isStale) draw();
    if (isSeen) ask();
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

  running.push((elapsed) => {
    if (!isSeen || isPrinted || !own.player.isPlaying || isOver || dragged !== null) return;
    const timeline = figure.timeline(state(), own.step);
    if (timeline.count < 2) return;
    if (own.pin === null && advance(own.player, timeline, elapsed)) draw();
    ask();
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
      ask();
    },
    refresh: (isOwn) => {
      if (isOwn) {
        own.player.at = figure.atOf?.(state(), own.step) ?? own.player.at;
        own.player.isPlaying = false;
        own.isSet = true;
        showToggle();
      }
      draw();
    },
  };
}

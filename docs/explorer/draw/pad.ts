/** @file A square of 28×28 pixels to draw on by mouse, finger or keys, with two brushes, a fill tool and undo. */
import { t } from "../text/language.ts";
import { button } from "../view/controls.ts";
import { h } from "../view/h.ts";

export const SIDE = 28;

export const TOOLS = ["thin", "thick", "fill"] as const;
export type Tool = (typeof TOOLS)[number];

/** Radius of a brush, in pixels. */
const RADIUS = { thin: 1.1, thick: 2.6 } as const;
/** Brightness of a filled area: clothes are grey. */
const FILLED = 0.75;

/** Number of undo steps. */
const MAX_UNDO = 50;

export interface Pad {
  readonly element: HTMLElement;
  /** Shows other pixels, 0 to 1. */
  put(pixels: Float32Array): void;
}

/** The tool and the undo history are kept when the page is rebuilt in the other language. */
let tool: Tool = "thick";
const past: Float32Array[] = [];

/** Fills with grey all pixels that are connected to a position and at most half bright. */
export function filled(pixels: Float32Array, row: number, column: number): Float32Array {
  const own = pixels.slice();
  const waiting: (readonly [number, number])[] = [[row, column]];
  const seen = new Uint8Array(own.length);
  while (true) {
    const next = waiting.pop();
    if (next === undefined) return own;
    const [r, c] = next;
    const i = r * SIDE + c;
    if (r < 0 || c < 0 || r >= SIDE || c >= SIDE || seen[i] === 1 || own[i] > 0.5) continue;
    seen[i] = 1;
    own[i] = FILLED;
    waiting.push([r - 1, c], [r + 1, c], [r, c - 1], [r, c + 1]);
  }
}

/** @param onDraw called after each stroke with all pixels */
export function pad(onDraw: (pixels: Float32Array) => void): Pad {
  const text = t().draw;
  let pixels: Float32Array = new Float32Array(SIDE * SIDE);
  const canvas = h("canvas", {
    width: SIDE,
    height: SIDE,
    class: "pad",
    tabindex: 0,
    role: "application",
    "aria-label": text.pad,
  });
  const context = canvas.getContext("2d");
  const empty = h("span", { class: "empty", "aria-hidden": "true" }, text.empty);
  let pen: readonly [number, number] | null = null;
  let cursor: readonly [row: number, column: number] | null = null;

  const paint = (): void => {
    empty.hidden = pixels.some((value) => value > 0);
    if (context === null) return;
    const image = context.createImageData(SIDE, SIDE);
    pixels.forEach((value, i) => {
      image.data.set([255 * value, 255 * value, 255 * value, 255], 4 * i);
    });
    if (cursor !== null) image.data.set([255, 80, 80, 255], 4 * (cursor[0] * SIDE + cursor[1]));
    context.putImageData(image, 0, 0);
  };
  const changed = (): void => {
    paint();
    onDraw(pixels.slice());
  };
  /** Called before a stroke: saves the pixels for undo. */
  const keep = (): void => {
    past.push(pixels.slice());
    if (past.length > MAX_UNDO) past.shift();
  };
  /** A soft brush. */
  const dab = (row: number, column: number, radius: number): void => {
    for (let r = Math.floor(row - radius); r <= row + radius; r++) {
      for (let c = Math.floor(column - radius); c <= column + radius; c++) {
        if (r < 0 || c < 0 || r >= SIDE || c >= SIDE) continue;
        const near = radius - Math.hypot(r + 0.5 - row, c + 0.5 - column);
        pixels[r * SIDE + c] = Math.max(pixels[r * SIDE + c], Math.min(1, Math.max(0, near)));
      }
    }
  };
  const at = ({ clientX, clientY }: PointerEvent): readonly [number, number] => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((clientY - top) / height) * SIDE, ((clientX - left) / width) * SIDE];
  };
  const stroke = (from: readonly [number, number], to: readonly [number, number]): void => {
    if (tool === "fill") pixels = filled(pixels, Math.floor(to[0]), Math.floor(to[1]));
    else {
      const steps = Math.ceil(2 * Math.hypot(to[0] - from[0], to[1] - from[1])) + 1;
      for (let i = 0; i <= steps; i++) {
        dab(from[0] + ((to[0] - from[0]) * i) / steps, from[1] + ((to[1] - from[1]) * i) / steps, RADIUS[tool]);
      }
    }
    changed();
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    pen = at(event);
    keep();
    stroke(pen, pen);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (pen === null || !event.isPrimary || tool === "fill") return;
    const next = at(event);
    stroke(pen, next);
    pen = next;
  });
  const lift = (): void => {
    pen = null;
  };
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, lift);
  const undo = (): void => {
    const before = past.pop();
    if (before === undefined) return;
    pixels = before;
    changed();
  };
  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  };
  canvas.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    const [row, column] = cursor ?? [SIDE / 2, SIDE / 2];
    const here = [row + 0.5, column + 0.5] as const;
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) undo();
    else if (move) {
      const within = (value: number): number => Math.min(Math.max(value, 0), SIDE - 1);
      cursor = [within(row + move[0]), within(column + move[1])];
      if (event.shiftKey && tool !== "fill") {
        keep();
        stroke(here, [cursor[0] + 0.5, cursor[1] + 0.5]);
      } else paint();
    } else if (event.key === " ") {
      keep();
      stroke(here, here);
    } else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => {
    cursor = null;
    paint();
  });
  const tools = TOOLS.map((name) =>
    button(
      text.tools[name],
      () => {
        tool = name;
        showTools();
      },
      { "data-tool": name },
    ),
  );
  const showTools = (): void => {
    for (const one of tools) one.setAttribute("aria-pressed", String(one.dataset.tool === tool));
  };
  showTools();
  paint();
  return {
    element: h(
      "div",
      { class: "drawing" },
      h("div", { class: "pad-box" }, canvas, empty),
      h(
        "div",
        { class: "buttons", role: "group", "aria-label": text.toolsLabel },
        ...tools,
        button(text.undo, undo),
        button(text.clear, () => {
          keep();
          pixels = new Float32Array(SIDE * SIDE);
          changed();
        }),
      ),
      h("p", { class: "hint" }, text.padHint),
    ),
    put: (others) => {
      pixels = others.slice();
      paint();
    },
  };
}

/** @file A square of 28×28 pixels to draw on, by mouse, finger or keys. */
import { t } from "../text/language.ts";
import { h } from "../view/h.ts";

export const SIDE = 28;

export interface Pad {
  readonly element: HTMLElement;
  /** Shows other pixels, 0 to 1. */
  put(pixels: Float32Array): void;
}

/** @param onDraw told after each stroke, with all pixels */
export function pad(onDraw: (pixels: Float32Array) => void): Pad {
  const text = t().draw;
  const pixels = new Float32Array(SIDE * SIDE);
  const canvas = h("canvas", {
    width: SIDE,
    height: SIDE,
    class: "pad",
    tabindex: 0,
    role: "application",
    "aria-label": text.pad,
  });
  const context = canvas.getContext("2d");
  let pen: readonly [number, number] | null = null;
  let cursor: readonly [row: number, column: number] | null = null;

  const paint = (): void => {
    if (context === null) return;
    const image = context.createImageData(SIDE, SIDE);
    pixels.forEach((value, i) => {
      image.data.set([255 * value, 255 * value, 255 * value, 255], 4 * i);
    });
    if (cursor !== null) image.data.set([255, 80, 80, 255], 4 * (cursor[0] * SIDE + cursor[1]));
    context.putImageData(image, 0, 0);
  };
  /** A soft brush, about three pixels wide. */
  const dab = (row: number, column: number): void => {
    for (let r = Math.floor(row) - 2; r <= row + 2; r++) {
      for (let c = Math.floor(column) - 2; c <= column + 2; c++) {
        if (r < 0 || c < 0 || r >= SIDE || c >= SIDE) continue;
        const near = 1.7 - Math.hypot(r + 0.5 - row, c + 0.5 - column);
        pixels[r * SIDE + c] = Math.max(pixels[r * SIDE + c], Math.min(1, Math.max(0, near)));
      }
    }
  };
  const at = ({ clientX, clientY }: PointerEvent): readonly [number, number] => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((clientY - top) / height) * SIDE, ((clientX - left) / width) * SIDE];
  };
  const stroke = (from: readonly [number, number], to: readonly [number, number]): void => {
    const steps = Math.ceil(2 * Math.hypot(to[0] - from[0], to[1] - from[1])) + 1;
    for (let i = 0; i <= steps; i++)
      dab(from[0] + ((to[0] - from[0]) * i) / steps, from[1] + ((to[1] - from[1]) * i) / steps);
    paint();
    onDraw(pixels.slice());
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    pen = at(event);
    stroke(pen, pen);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (pen === null || !event.isPrimary) return;
    const next = at(event);
    stroke(pen, next);
    pen = next;
  });
  const lift = (): void => {
    pen = null;
  };
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, lift);
  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  };
  canvas.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    const [row, column] = cursor ?? [SIDE / 2, SIDE / 2];
    if (move) {
      const within = (value: number): number => Math.min(Math.max(value, 0), SIDE - 1);
      cursor = [within(row + move[0]), within(column + move[1])];
      if (event.shiftKey) stroke([row + 0.5, column + 0.5], [cursor[0] + 0.5, cursor[1] + 0.5]);
      else paint();
    } else if (event.key === " ") stroke([row + 0.5, column + 0.5], [row + 0.5, column + 0.5]);
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => {
    cursor = null;
    paint();
  });
  paint();
  return {
    element: h("div", {}, canvas, h("p", { class: "hint" }, text.padHint)),
    put: (others) => {
      pixels.set(others);
      paint();
    },
  };
}

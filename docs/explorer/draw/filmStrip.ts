/** @file A network as a film: a column per layer with its kernels and feature maps, then the classes. */
import type { Film, Frame } from "../engine/film.ts";
import { SHOWN } from "../engine/film.ts";
import { t } from "../text/language.ts";
import { fill, h } from "../view/h.ts";
import { extents, percent } from "../view/numbers.ts";

export interface FilmStrip {
  readonly element: HTMLElement;
  show(film: Film): void;
}

const KINDS = { conv2d: "conv", depthwiseConv2d: "depthwise", pointwiseConv2d: "pointwise" } as const;

/** Pixels between two maps. */
const GAP = 1;

interface Column {
  readonly element: HTMLElement;
  show(frame: Frame): void;
}

/** @param choose called with the layer that was clicked */
export function filmStrip(choose: (layer: string) => void): FilmStrip {
  const element = h("div", { class: "film", tabindex: 0, role: "region", "aria-label": t().draw.film });
  let columns: readonly Column[] = [];
  return {
    element,
    show: ({ frames }) => {
      if (columns.length !== frames.length) {
        columns = frames.map((frame) => column(frame, choose));
        fill(element, ...columns.map((one) => one.element));
      }
      for (const [i, frame] of frames.entries()) columns[i].show(frame);
    },
  };
}

function column({ name, op, shape, kernels }: Frame, choose: (layer: string) => void): Column {
  const text = t();
  const kind = KINDS[op as keyof typeof KINDS];
  const canvas = h("canvas", { class: "pixels", "aria-hidden": "true" });
  const title = `${name}: ${text.map.kinds[kind]}, ${extents(shape)}`;
  const element = h(
    "button",
    { type: "button", class: `column ${kind}`, title, "aria-label": title, onclick: () => choose(name) },
    h("span", { class: "kind" }),
    kernels && h("span", { class: "stamps" }, stamps(kernels)),
    canvas,
    h("span", { class: "size" }, String(shape[0])),
  );
  return { element, show: ({ maps }) => paintMaps(canvas, maps) };
}

/** A column of maps, each scaled from black to white over its own range. */
function paintMaps(canvas: HTMLCanvasElement, { shape, data }: Frame["maps"]): void {
  const [H, W, C] = shape;
  const height = C * (H + GAP) - GAP;
  if (canvas.width !== W || canvas.height !== height) {
    canvas.width = W;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  if (context === null) return;
  const image = context.createImageData(W, height);
  for (let c = 0; c < C; c++) {
    let [min, max] = [0, 0];
    for (let i = c; i < data.length; i += C) {
      min = Math.min(min, data[i]);
      max = Math.max(max, data[i]);
    }
    for (let i = 0; i < H * W; i++) {
      const grey = (255 * (data[i * C + c] - min)) / (max - min || 1);
      image.data.set([grey, grey, grey, 255], 4 * (c * (H + GAP) * W + i));
    }
  }
  context.putImageData(image, 0, 0);
}

/** A column of kernels: white for positive weights, black for negative ones. */
function stamps({ shape, data }: NonNullable<Frame["kernels"]>): HTMLElement {
  const [KH, KW, C] = shape;
  const height = SHOWN * (KH + GAP) - GAP;
  const canvas = h("canvas", { class: "pixels", width: KW, height, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  if (context === null) return canvas;
  const image = context.createImageData(KW, height);
  for (let c = 0; c < C; c++) {
    let bound = 0;
    for (let i = c; i < data.length; i += C) bound = Math.max(bound, Math.abs(data[i]));
    for (let i = 0; i < KH * KW; i++) {
      const grey = 128 + (127 * data[i * C + c]) / (bound || 1);
      image.data.set([grey, grey, grey, 255], 4 * (c * (KH + GAP) * KW + i));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Bars of all classes, always in the same order. @param truth the true class; null if unknown */
export function classBars(
  probabilities: readonly number[],
  nameOf: (i: number) => string,
  truth: number | null,
): HTMLElement {
  const best = probabilities.indexOf(Math.max(...probabilities));
  return h(
    "div",
    { class: "bars classes", "data-top": best },
    ...probabilities.flatMap((probability, i) => [
      h(
        "span",
        { class: i === best ? "label best" : "label" },
        nameOf(i),
        i === truth && h("span", { class: "truth" }, ` ${t().draw.truth}`),
      ),
      h("span", { class: "bar" }, h("span", { class: "fill separable", style: `width: ${100 * probability}%` })),
      h("span", { class: "number" }, percent(probability)),
    ]),
  );
}

/**
 * @file A network as a map: one box per layer, as wide as it has channels and as high as its image; a disc of its
 * MACs below.
 */
import type { LayerCost } from "../../../src/index.ts";
import { svg } from "../view/h.ts";

/** Pixels of the drawing for a channel and for a row of an image. */
const PER_CHANNEL = 1 / 16;
const PER_ROW = 0.8;
const MIN = 3;

/** A network for images of a few rows is drawn larger. */
const FEW_ROWS = 32;
const ZOOM = 3;

const GAP = 5;

/** Radius of a disc for the layer with the most MACs. */
const RADIUS = 22;

export interface Drawing {
  readonly element: SVGSVGElement;
  select(name: string | null): void;
}

/** Layers that are drawn: those that compute, or change the size of the image. */
export function drawn(layers: readonly LayerCost[]): readonly LayerCost[] {
  return layers.filter(({ kind, macs }) => macs > 0 || kind === "pool");
}

/** @param describe a layer in a few words, for those who do not see it */
export function drawing(
  layers: readonly LayerCost[],
  label: string,
  describe: (layer: LayerCost) => string,
  onSelect: (layer: LayerCost) => void,
): Drawing {
  const max = Math.max(...layers.map(({ macs }) => macs));
  const rows = Math.max(...layers.map(({ outputShape }) => rowsOf(outputShape)));
  const zoom = rows <= FEW_ROWS ? ZOOM : 1;
  const tallest = rows * PER_ROW * zoom;
  const boxes = new Map<string, SVGGElement>();
  const middle = Math.max(tallest / 2, 30) + 4;
  const discs = middle * 2 + RADIUS + 6;
  let x = GAP;
  const groups = layers.map((layer) => {
    const { name, kind, outputShape, macs } = layer;
    const width = Math.max(MIN, (outputShape[outputShape.length - 1] ?? 1) * PER_CHANNEL * zoom);
    const height = Math.max(MIN, rowsOf(outputShape) * PER_ROW * zoom);
    const radius = RADIUS * Math.sqrt(macs / max);
    const room = Math.max(width, 2 * radius, 10);
    const centre = x + room / 2;
    const text = describe(layer);
    const select = (): void => onSelect(layer);
    const group = svg(
      "g",
      {
        class: `layer ${kind}`,
        tabindex: -1,
        role: "button",
        "aria-label": text,
        "data-layer": name,
        onclick: select,
        onkeydown: (event: KeyboardEvent) => {
          if (event.key === "Enter" || event.key === " ") select();
          const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
          if (step === 0 && event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          const order = [...boxes.values()];
          const next = order[order.indexOf(group) + step];
          if (step !== 0 && next) {
            next.focus();
            onSelect(layers[order.indexOf(next)]);
          }
        },
      },
      svg("title", {}, text),
      svg("rect", { class: "touch", x: x - GAP / 2, y: 0, width: room + GAP, height: discs + RADIUS }),
      svg("rect", { class: "box", x: centre - width / 2, y: middle - height / 2, width, height, rx: 1 }),
      svg("circle", { class: "disc", cx: centre, cy: discs, r: radius }),
    );
    boxes.set(name, group);
    x += room + GAP;
    return group;
  });
  groups[0]?.setAttribute("tabindex", "0");
  const height = discs + RADIUS + 4;
  const element = svg(
    "svg",
    { width: x, height, viewBox: `0 0 ${x} ${height}`, class: "map", role: "group", "aria-label": label },
    ...groups,
  );
  return {
    element,
    select: (name) => {
      for (const [own, group] of boxes) {
        group.classList.toggle("selected", own === name);
        group.setAttribute("aria-pressed", String(own === name));
        group.setAttribute("tabindex", own === name || (name === null && group === groups[0]) ? "0" : "-1");
      }
    },
  };
}

function rowsOf(shape: readonly number[]): number {
  return shape.length === 4 ? shape[1] : 1;
}

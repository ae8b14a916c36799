/**
 * @file A network as a map: one box per layer, as wide as it has channels and as high as its image, with arcs for
 * residual additions. Below it, a disc for each layer's work, inside a ghost of the standard twin's work, and a disc
 * for its time.
 */
import type { Graph, LayerCost } from "../../../src/index.ts";
import { svg } from "../view/h.ts";

/** Pixels of the drawing per channel and per image row. */
const PER_CHANNEL = 1 / 16;
const PER_ROW = 0.8;
const MIN = 3;

/** A network for small images is drawn larger. */
const FEW_ROWS = 32;
const ZOOM = 3;

const GAP = 5;
/** Space for a row's name. */
const TITLE = 22;

/** Radius of the largest disc in a row, and of the largest ghost. */
const [RADIUS, GHOST] = [22, 36];

export interface Drawing {
  readonly element: SVGSVGElement;
  select(name: string | null): void;
}

/** The layers to draw: those that compute, or change the size of the image. */
export function drawn(layers: readonly LayerCost[]): readonly LayerCost[] {
  return layers.filter(({ kind, macs }) => macs > 0 || kind === "pool");
}

export interface Map {
  readonly graph: Graph;
  readonly layers: readonly LayerCost[];
  /** Work of the standard convolution that a pair of layers replaces, by the name of the second layer. */
  readonly twin: ReadonlyMap<string, number>;
  /** Milliseconds by layer name; null before they are measured. */
  readonly times: ReadonlyMap<string, number> | null;
}

export interface Texts {
  readonly label: string;
  readonly work: string;
  readonly time: string;
  /** A layer in a few words, for screen readers. */
  describe(layer: LayerCost): string;
}

interface Placed {
  readonly layer: LayerCost;
  readonly centre: number;
  readonly room: number;
  readonly width: number;
  readonly height: number;
  /** Radius of the disc of its work. */
  readonly radius: number;
}

export function drawing(map: Map, texts: Texts, onSelect: (layer: LayerCost) => void): Drawing {
  const { layers, times } = map;
  const most = Math.max(...layers.map(({ macs }) => macs), ...map.twin.values());
  const full = map.twin.size > 0 ? GHOST : RADIUS;
  const radiusOf = (macs: number): number => full * Math.sqrt(macs / most);
  const { placed, end } = place(layers, map.twin, radiusOf);
  const arcs = residuals(map.graph, placed);
  const highest = Math.max(...placed.map(({ height }) => height), 60);
  const above = Math.max(0, ...arcs.map(({ from, to }) => arcHeight(to.centre - from.centre))) + 4;
  const middle = above + highest / 2;
  const work = middle + highest / 2 + TITLE + full;
  const time = work + full + TITLE + RADIUS;
  const height = times === null ? work + full + 4 : time + RADIUS + 4;
  const slowest = Math.max(...(times?.values() ?? [1]));
  const boxes = new globalThis.Map<string, SVGGElement>();
  const groups = placed.map((one) => {
    const { layer, centre, room, width, height: high, radius } = one;
    const { name, kind } = layer;
    const ghost = map.twin.get(name);
    const ms = times?.get(name);
    const text = texts.describe(layer);
    const group = svg(
      "g",
      {
        class: `layer ${kind}`,
        tabindex: -1,
        role: "button",
        "aria-label": text,
        "data-layer": name,
        onclick: () => onSelect(layer),
        onkeydown: (event: KeyboardEvent) => {
          const by = { ArrowRight: 1, ArrowLeft: -1, Enter: 0, " ": 0 }[event.key];
          if (by === undefined) return;
          event.preventDefault();
          const next = placed[placed.indexOf(one) + by];
          if (next === undefined) return;
          boxes.get(next.layer.name)?.focus();
          onSelect(next.layer);
        },
      },
      svg("title", {}, text),
      svg("rect", { class: "touch", x: centre - room / 2, y: 0, width: room, height }),
      svg("rect", { class: "box", x: centre - width / 2, y: middle - high / 2, width, height: high, rx: 1 }),
      ghost !== undefined &&
        svg("circle", {
          class: "ghost",
          cx: pairCentre(placed, one),
          cy: work,
          r: radiusOf(ghost),
          "data-macs": ghost,
        }),
      svg("circle", { class: "disc", cx: centre, cy: work, r: radius }),
      ms !== undefined &&
        svg("circle", { class: "disc time", cx: centre, cy: time, r: RADIUS * Math.sqrt(ms / slowest) }),
    );
    boxes.set(name, group);
    return group;
  });
  groups[0]?.setAttribute("tabindex", "0");
  const element = svg(
    "svg",
    { width: end, height, viewBox: `0 0 ${end} ${height}`, class: "map", role: "group", "aria-label": texts.label },
    ...arcs.map(({ from, to }) => svg("path", { class: "residual", d: arcOf(from, to, middle) })),
    svg("text", { x: GAP, y: work - full - 8 }, texts.work),
    times !== null && svg("text", { x: GAP, y: time - RADIUS - 8 }, texts.time),
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

/** From left to right, far enough apart that no discs or ghosts overlap. */
function place(
  layers: readonly LayerCost[],
  twin: Map["twin"],
  radiusOf: (macs: number) => number,
): { readonly placed: readonly Placed[]; readonly end: number } {
  const rows = Math.max(...layers.map(({ outputShape }) => rowsOf(outputShape)));
  const zoom = rows <= FEW_ROWS ? ZOOM : 1;
  let x = GAP;
  const placed = layers.map((layer, i): Placed => {
    const { outputShape, macs } = layer;
    const width = Math.max(MIN, (outputShape[outputShape.length - 1] ?? 1) * PER_CHANNEL * zoom);
    const height = Math.max(MIN, rowsOf(outputShape) * PER_ROW * zoom);
    const radius = radiusOf(macs);
    // A ghost surrounds both layers of its pair.
    const ghost = twin.get(layer.name) ?? twin.get(layers[i + 1]?.name ?? "");
    const room = Math.max(width, 2 * radius, 10, ghost === undefined ? 0 : radiusOf(ghost)) + GAP;
    const centre = x + room / 2;
    x += room;
    return { layer, centre, room, width, height, radius };
  });
  return { placed, end: x + GAP };
}

function pairCentre(placed: readonly Placed[], one: Placed): number {
  const before = placed[placed.indexOf(one) - 1];
  return before === undefined ? one.centre : (one.centre + before.centre) / 2;
}

interface Arc {
  readonly from: Placed;
  readonly to: Placed;
}

/** Residual additions: from the earlier layer whose output is added to the last layer before the sum. */
function residuals({ nodes }: Graph, placed: readonly Placed[]): readonly Arc[] {
  const placeOf = new globalThis.Map<string, number>();
  placed.forEach(({ layer }, i) => {
    for (const node of layer.nodes) placeOf.set(node, i);
  });
  /** For each value, the last layer on the way to it. */
  const last = new globalThis.Map<string, number>();
  const arcs: Arc[] = [];
  for (const { name, op, inputs } of nodes) {
    const before = inputs.map((input) => last.get(input) ?? -1);
    last.set(name, placeOf.get(name) ?? Math.max(-1, ...before));
    const [from, to] = [Math.min(...before), Math.max(...before)];
    if (op === "add" && inputs.length === 2 && from >= 0 && from < to)
      arcs.push({ from: placed[from], to: placed[to] });
  }
  return arcs;
}

function arcHeight(length: number): number {
  return Math.min(34, length / 3);
}

function arcOf(from: Placed, to: Placed, middle: number): string {
  const [y1, y2] = [middle - from.height / 2, middle - to.height / 2];
  const top = Math.min(y1, y2) - arcHeight(to.centre - from.centre) * 1.3;
  return `M${from.centre} ${y1}C${from.centre} ${top} ${to.centre} ${top} ${to.centre} ${y2}`;
}

function rowsOf(shape: readonly number[]): number {
  return shape.length === 4 ? shape[1] : 1;
}

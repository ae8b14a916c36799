/** @file Both routes to one output pixel, computed and counted by the library: blocks, or stamps and needles. */
import {
  conv2dCost,
  conv2dGeometry,
  depthwiseConv2d,
  graphBuilder,
  pointwiseConv2d,
  Tensor,
  toSeparable,
} from "../../../../src/index.ts";
import {
  anyBlocksFor,
  blocksFor,
  CHANNELS,
  CORNER,
  K,
  NAIVE,
  needlesFor,
  pixelsAt,
  stamps,
  sumsOf,
} from "../example.ts";

/** The pixels under which both routes compute: nine of each channel, and as an image, [1, 3, 3, C]. */
export const PIXELS: readonly (readonly number[])[] = Array.from({ length: CHANNELS }, (_, c) =>
  pixelsAt(CORNER.row, CORNER.column, c),
);
const WINDOW: Tensor = new Tensor(
  Float32Array.from({ length: K * K * CHANNELS }, (_, i) => PIXELS[i % CHANNELS][Math.floor(i / CHANNELS)]),
  [1, K, K, CHANNELS],
);

export interface Routes {
  /** W, [3, 3, C, O]; D, [3, 3, C, 1]; P, [C, O]. */
  readonly blocks: Tensor;
  readonly stamps: Tensor;
  readonly needles: Tensor;
  /** Share of the blocks' energy, Σ W², that the stamps and needles keep. */
  readonly energy: number;
}

const known = new Map<string, Routes>();

/** @param any whether the blocks are arbitrary, approximated by stamps and needles; if not, they are D · P */
export function routesFor(outputs: number, any: boolean): Routes {
  const key = `${outputs} ${any}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const routes = any
    ? nearest(anyBlocksFor(outputs))
    : { blocks: blocksFor(outputs), stamps, needles: needlesFor(outputs), energy: 1 };
  known.set(key, routes);
  return routes;
}

/** The largest weight of a displayed stamp. */
const LARGEST = 3;

/** The stamps, one per channel, and needles that keep the most of any blocks' energy. */
function nearest(blocks: Tensor): Routes {
  const [, , C, O] = blocks.shape;
  // A single block already is one stamp per channel, with a needle of ones.
  if (O === 1) return { blocks, stamps: blocks, needles: new Tensor(new Float32Array(C).fill(1), [C, 1]), energy: 1 };
  const g = graphBuilder("block", WINDOW.shape);
  const graph = g.build(g.conv2d(g.input, { name: "block", outputs: O, kernel: K, bias: false }));
  const { weights, layers } = toSeparable(graph, new Map([["block/filter", blocks]]), { layers: "all", multiplier: 1 });
  const [own, needles] = ["block_depthwise/filter", "block/filter"].map((name) =>
    (weights.get(name) as Tensor).contiguous(),
  );
  // Scaled for readability: multiplying a stamp and dividing its needle's weight leaves the filter unchanged.
  const scales = Array.from({ length: C }, (_, c) => {
    const slice = own.data.filter((_, i) => i % C === c);
    return LARGEST / Math.max(...slice.map(Math.abs));
  });
  return {
    blocks,
    stamps: new Tensor(
      own.data.map((value, i) => value * scales[i % C]),
      own.shape,
    ),
    needles: new Tensor(
      needles.data.map((value, i) => value / scales[Math.floor(i / O)]),
      [C, O],
    ),
    energy: layers[0].energy,
  };
}

/** All intermediate results for one output. */
export interface Sums {
  /** Above: the sum of each channel, and their total. */
  readonly parts: readonly number[];
  readonly standard: number;
  /** Below: each stamp's result, that times the needle, and the total. */
  readonly middle: readonly number[];
  readonly terms: readonly number[];
  readonly separable: number;
}

export function sumsFor({ blocks, stamps: own, needles }: Routes, o: number): Sums {
  const middle = depthwiseConv2d(WINDOW, own, NAIVE);
  const { parts, output } = sumsOf(WINDOW, blocks, o);
  const needle = Float32Array.from({ length: CHANNELS }, (_, c) => needles.at(c, o));
  return {
    parts: [...parts.data],
    standard: output.data[0],
    middle: [...middle.data],
    terms: Array.from(middle.data, (value, c) => value * needle[c]),
    separable: pointwiseConv2d(middle, new Tensor(needle, [CHANNELS, 1]), NAIVE).data[0],
  };
}

/** Number of products for one pixel. */
export interface Counts {
  readonly standard: number;
  readonly stamps: number;
  readonly needles: number;
}

export function countsFor(outputs: number): Counts {
  const pixel = [1, 1, 1, CHANNELS];
  const { shape } = WINDOW;
  return {
    standard: conv2dCost(conv2dGeometry(shape, [K, K, CHANNELS, outputs], {})).macs,
    stamps: conv2dCost(conv2dGeometry(shape, [K, K, CHANNELS, 1], {}, "depthwiseConv2d")).macs,
    needles: conv2dCost(conv2dGeometry(pixel, [CHANNELS, outputs], {}, "pointwiseConv2d")).macs,
  };
}

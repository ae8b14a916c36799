/** @file Calibration: the range and the means of every value of a network, over some images. */
import { type Graph, graphOf } from "../graph/graph.ts";
import type { Weights } from "../graph/weights.ts";
import { Session } from "../session/session.ts";
import { ShapeError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";

export const CALIBRATIONS = ["minmax", "percentile"] as const;
/** Which range of a value is covered: all of it, or all but the outermost ten-thousandth. */
export type Calibration = (typeof CALIBRATIONS)[number];

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What calibration records of a value: its range, and the mean of each channel. */
export interface Seen extends Range {
  readonly means: Float64Array;
}

/** Share of the elements that "percentile" leaves out at each end. */
const TAIL = 0.5e-4;
const BINS = 4096;

/**
 * @param each called after each image; every image is run once, or twice for "percentile"
 * @throws ShapeError if a value is not finite
 */
export async function rangesOf(
  graph: Graph,
  weights: Weights,
  images: Tensor,
  calibration: Calibration,
  each: () => Promise<void>,
): Promise<ReadonlyMap<string, Seen>> {
  const { name, inputs, nodes } = graph;
  const values = nodes.map((node) => node.name);
  const session = await Session.create(graphOf(name, inputs, nodes, values), weights, { optimize: false });
  try {
    const ends = await endsOf(session, images, each);
    return calibration === "minmax" ? ends : await withoutTails(session, images, each, ends);
  } finally {
    session.dispose();
  }
}

async function endsOf(session: Session, images: Tensor, each: () => Promise<void>): Promise<ReadonlyMap<string, Seen>> {
  const ends = new Map<string, Seen>();
  await overValues(session, images, each, (name, values, channels) => {
    const known = ends.get(name);
    let [min, max] = [known?.min ?? Number.POSITIVE_INFINITY, known?.max ?? Number.NEGATIVE_INFINITY];
    const means = known?.means ?? new Float64Array(channels);
    for (const value of values) {
      if (!Number.isFinite(value))
        throw new ShapeError(`quantizeNetwork: ${name} becomes ${value}, needs finite numbers`);
      if (value < min) min = value;
      if (value > max) max = value;
    }
    const share = channels / (values.length * images.shape[0]);
    values.forEach((value, i) => {
      means[i % channels] += value * share;
    });
    ends.set(name, { min, max, means });
  });
  return ends;
}

/** The ranges without the outermost bins of a histogram. */
async function withoutTails(
  session: Session,
  images: Tensor,
  each: () => Promise<void>,
  ends: ReadonlyMap<string, Seen>,
): Promise<ReadonlyMap<string, Seen>> {
  const counts = new Map([...ends.keys()].map((name) => [name, new Float64Array(BINS)]));
  const widthOf = ({ min, max }: Range): number => (max - min) / BINS || 1;
  await overValues(session, images, each, (name, values) => {
    const [own, range] = [counts.get(name) as Float64Array, ends.get(name) as Seen];
    const width = widthOf(range);
    for (const value of values) own[Math.min(BINS - 1, Math.floor((value - range.min) / width))]++;
  });
  return new Map(
    [...ends].map(([name, range]) => {
      const own = counts.get(name) as Float64Array;
      const tail = TAIL * own.reduce((sum, count) => sum + count, 0);
      const [first, last] = [within(own, tail), BINS - within(own.toReversed(), tail)];
      const width = widthOf(range);
      return [name, { ...range, min: range.min + first * width, max: range.min + last * width }];
    }),
  );
}

/** The number of leading bins whose counts add up to no more than a tail. */
function within(counts: Float64Array, tail: number): number {
  let [bins, sum] = [0, counts[0]];
  while (bins < BINS - 1 && sum <= tail) sum += counts[++bins];
  return bins;
}

/** Runs images one by one and passes every value, including the input, to `see`. */
async function overValues(
  session: Session,
  images: Tensor,
  each: () => Promise<void>,
  see: (name: string, values: Float32Array, channels: number) => void,
): Promise<void> {
  const [count, ...extents] = images.shape;
  const { name: inputName } = session.graph.input;
  for (let i = 0; i < count; i++) {
    const image = images.slice([i, ...extents.map(() => 0)], [1, ...extents]);
    const values = new Map([[inputName, image], ...(await session.runAll(image))]);
    for (const [name, value] of values) see(name, value.toFloat32Array(), value.shape[value.shape.length - 1]);
    await each();
  }
}

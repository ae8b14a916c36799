/** @file The feature maps of the page's network for an image, layer by layer, in one run. */
import { fashionSample, type Graph, Session, softmax, Tensor, type Weights } from "../../../src/index.ts";
import { fashionModel } from "./dropped.ts";
import type { Numbers } from "./numbers.ts";
import { upTo } from "./upTo.ts";

/** Channels shown per layer. */
export const SHOWN = 6;

export interface Frame {
  readonly name: string;
  readonly op: Graph["nodes"][number]["op"];
  /** [h, w, all channels]. */
  readonly shape: readonly number[];
  /** [h, w, SHOWN]. */
  readonly maps: Numbers;
  /** Kernels of those channels, [kh, kw, SHOWN]; null if kernels are single weights, or several per channel. */
  readonly kernels: Numbers | null;
}

export interface Film {
  readonly frames: readonly Frame[];
  readonly probabilities: readonly number[];
}

export async function film(image: Numbers): Promise<Film> {
  filming ??= prepare();
  const { session, layers } = await filming;
  const values = await session.runAll(new Tensor(image.data, image.shape));
  const scores = values.get(session.graph.output) as Tensor;
  return {
    frames: layers.map(({ name, op, output, channels, kernels }): Frame => {
      const value = values.get(output) as Tensor;
      return { name, op, shape: value.shape.slice(1), maps: picked(value, channels), kernels };
    }),
    probabilities: [...softmax(scores).data],
  };
}

interface Layer extends Pick<Frame, "name" | "op" | "kernels"> {
  readonly output: string;
  /** The channels shown. */
  readonly channels: readonly number[];
}

interface Prepared {
  readonly session: Session;
  readonly layers: readonly Layer[];
}

let filming: Promise<Prepared> | null = null;

/** A session with an output after every convolution, and the channels that vary most over the page's images. */
async function prepare(): Promise<Prepared> {
  const { graph, weights } = await fashionModel();
  const convolutions = graph.nodes
    .filter(({ op }) => op === "conv2d" || op === "depthwiseConv2d" || op === "pointwiseConv2d")
    .map(({ name, op }) => ({ name, op, output: upTo(graph, name).output }));
  const outputs = [graph.output, ...convolutions.map(({ output }) => output)];
  const session = await Session.create({ ...graph, outputs }, weights);
  const { pixels, shape } = await fashionSample();
  const images = Float32Array.from(pixels, (level) => level / 255);
  const values = await session.runAll(new Tensor(images, [shape[0], shape[1], shape[2], 1]));
  const layers = convolutions.map(({ name, op, output }): Layer => {
    const channels = liveliest(values.get(output) as Tensor);
    return {
      name,
      op,
      output,
      channels,
      kernels: op === "pointwiseConv2d" ? null : kernelsOf(weights, name, channels),
    };
  });
  return { session, layers };
}

/** The channels whose values vary most. */
function liveliest({ shape, data }: Tensor): readonly number[] {
  const C = shape[3];
  const [sums, squares] = [new Float64Array(C), new Float64Array(C)];
  data.forEach((value, i) => {
    sums[i % C] += value;
    squares[i % C] += value * value;
  });
  const count = data.length / C;
  const variance = (c: number): number => squares[c] / count - (sums[c] / count) ** 2;
  return Array.from({ length: C }, (_, c) => c)
    .sort((a, b) => variance(b) - variance(a))
    .slice(0, SHOWN);
}

function picked({ shape, data }: Tensor, channels: readonly number[]): Numbers {
  const [, H, W, C] = shape;
  const [count, own] = [channels.length, new Float32Array(H * W * channels.length)];
  for (let i = 0; i < own.length; i++) own[i] = data[Math.floor(i / count) * C + channels[i % count]];
  return { shape: [H, W, count], data: own };
}

/** [kh, kw, c, m] of a standard convolution of one channel, or of a depthwise one. */
function kernelsOf(weights: Weights, name: string, channels: readonly number[]): Numbers | null {
  const filter = weights.get(`${name}/filter`);
  if (filter === undefined) return null;
  const [KH, KW, C, M] = filter.shape;
  if (C > 1 && M > 1) return null;
  return picked(new Tensor(filter.toFloat32Array(), [1, KH, KW, C * M]), channels);
}

/** Random networks of every kind of node with every option, small enough to run by the thousand. */
import { type Graph, type GraphBuilder, graphBuilder, type Padding, type Random, random } from "../../src/index.ts";

const ACTIVATIONS = ["none", "relu", "relu6", "sigmoid", "hardSwish", "hardSigmoid"] as const;

/**
 * The same network for the same seed. Its last node may be a pool with windows that lie wholly on padding.
 *
 * @param without kinds of nodes that it has not, for what cannot take all of them
 */
export function randomNetwork(seed: number, without: readonly string[] = []): Graph {
  const source = random(seed);
  const upTo = (max: number): number => 1 + source.integer(max);
  const coin = (): boolean => source.integer(2) === 0;
  const pick = <T>(list: readonly T[]): T => list[source.integer(list.length)];
  const g = graphBuilder(`random_${seed}`, [1, 3 + upTo(6), 2 + upTo(6), upTo(4)]);
  const values = [g.input];
  const steps = 3 + upTo(6);
  for (let i = 0; i < steps; i++) {
    // Names that a weight of another node has are legal.
    const named = coin() ? {} : { name: pick([`n${i}`, `n${i - 1}/filter`, `n${i}/relu`, `ü ${i}`]) };
    const made = append(g, pick(values.slice(-3)), {
      named,
      values,
      isLast: i === steps - 1,
      upTo,
      coin,
      pick,
      source,
      without,
    });
    if (made !== null) values.push(made);
  }
  const last = values[values.length - 1];
  return g.build(last === g.input ? g.activation(last, "relu") : last);
}

interface Draw {
  readonly named: { readonly name?: string };
  readonly values: readonly string[];
  readonly isLast: boolean;
  readonly source: Random;
  readonly without: readonly string[];
  upTo(max: number): number;
  coin(): boolean;
  pick<T>(list: readonly T[]): T;
}

/** One node more, or null where the value has not the rank for it. */
function append(g: GraphBuilder, x: string, draw: Draw): string | null {
  const { named, isLast, upTo, coin, pick, source, without } = draw;
  const shape = g.shapeOf(x);
  const pair = (max: number) => (coin() ? upTo(max) : ([upTo(max), upTo(max)] as const));
  const anyRank = {
    batchNormalization: () => g.batchNormalization(x, { ...named, ...(coin() && { epsilon: pick([0, 1e-3, 0.5]) }) }),
    activation: () => g.activation(x, pick(ACTIVATIONS), named),
    softmax: () => g.softmax(x, named),
    clamp: () => g.clamp(x, { ...named, minValue: -source.uniform(), maxValue: source.uniform() }),
    hardSigmoid: () => g.hardSigmoid(x, { ...named, alpha: source.uniform(), beta: source.uniform() }),
    leakyRelu: () => g.leakyRelu(x, { ...named, alpha: source.uniform() }),
    elu: () => g.elu(x, { ...named, ...(coin() && { alpha: source.uniform() }) }),
    gelu: () => g.gelu(x, { ...named, approximate: pick(["none", "tanh"] as const) }),
    plain: () => g[pick(["abs", "neg", "erf", "tanh"] as const)](x, named),
    sqrt: () => g.sqrt(g.abs(x), named),
    exp: () => g.exp(g.clamp(x, { maxValue: 2 }), named),
    log: () => g.log(g.exp(g.tanh(x)), named),
    reciprocal: () => g.reciprocal(g.exp(g.tanh(x)), named),
    div: () => g.div(x, g.exp(g.tanh(x)), named),
    sum: () => joined(g, x, draw),
    reduce: () => {
      if (shape.length < 3) return null;
      const axes = shape.map((_, axis) => axis).filter((axis) => axis > 0 && coin());
      const op = pick(["reduceMean", "reduceSum", "reduceMax", "reduceMin"] as const);
      return axes.length === 0 ? null : g[op](x, { ...named, axes, keepDimensions: coin() });
    },
    // Steps, which would make a difference of rounding large: at the end alone, and of whole numbers.
    levels: () => {
      if (shape.length < 3 || !isLast) return null;
      const index = g.argMax(x, shape.length - 1, { keepDimensions: true });
      const type = pick(["int8", "uint8"] as const);
      return g.fakeQuantize(g.roundEven(index), { ...named, scale: 0.3, zeroPoint: source.integer(9), type });
    },
    slice: () => {
      const steps = shape.map((_, axis) => (axis === 0 ? 1 : pick([1, 1, 2, -1])));
      const starts = shape.map((extent, axis) => (steps[axis] < 0 ? extent - 1 : source.integer(Math.min(2, extent))));
      const sizes = shape.map((extent, axis) => {
        const rest = steps[axis] < 0 ? extent : extent - starts[axis];
        return upTo(Math.ceil(rest / Math.abs(steps[axis])));
      });
      return g.slice(x, starts, sizes, { ...named, steps });
    },
    gather: () => {
      const axis = shape.length - 1;
      return axis === 0 ? null : g.gather(x, [source.integer(shape[axis]), 0, shape[axis] - 1], axis, named);
    },
    prelu: () => (shape.length < 2 ? null : g.prelu(x, named)),
    layerNormalization: () =>
      shape.length < 2
        ? null
        : g.layerNormalization(x, {
            ...named,
            axes: upTo(shape.length - 1),
            scale: coin(),
            bias: coin(),
            epsilon: 0.1,
          }),
    matmul: () => {
      if (shape.length < 3) return null;
      const axes = [...shape.keys()];
      return g.matmul(x, g.transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]), named);
    },
    tile: () =>
      g.tile(
        x,
        shape.map((_, axis) => (axis === 0 ? 1 : upTo(2))),
        named,
      ),
    expand: () =>
      g.expand(
        x,
        shape.map((extent, axis) => (axis === 0 || extent > 1 ? extent : upTo(3))),
        named,
      ),
    mirror: () => {
      const pads = shape.map(
        (extent, axis) => (axis === 0 ? [0, 0] : [Math.min(2, extent - 1), 0]) as [number, number],
      );
      return g.pad(x, pads, { ...named, mode: pick(["reflection", "edge"] as const) });
    },
    pad: () => {
      const pads = shape.map(
        (_, axis) => (axis === 0 ? [0, 0] : [source.integer(3), source.integer(2)]) as [number, number],
      );
      return g.pad(x, pads, { ...named, ...(coin() && { value: source.normal() }) });
    },
    concat: () => {
      const axis = shape.length === 1 ? 0 : 1 + source.integer(shape.length - 1);
      return axis === 0 ? null : g.concat([x, g.activation(x, "relu"), x], pick([axis, axis - shape.length]), named);
    },
    reshape: () => {
      const size = shape.reduce((product, extent) => product * extent, 1);
      const divisor = pick([1, 2, 3, 4].filter((n) => size % n === 0));
      const rest = size / divisor;
      return g.reshape(
        x,
        pick([
          [1, size],
          [1, divisor, rest],
          [1, divisor, 1, rest],
          [1, 1, 1, size],
          [1, rest, divisor, 1],
        ]),
        named,
      );
    },
    transpose: () => {
      const axes = shape.map((_, axis) => axis).slice(1);
      for (let i = axes.length - 1; i > 0; i--) {
        const j = source.integer(i + 1);
        [axes[i], axes[j]] = [axes[j], axes[i]];
      }
      return g.transpose(x, [0, ...axes], named);
    },
    dense: () => {
      const flat = shape.length === 2 ? x : g.reshape(x, [1, shape.reduce((product, extent) => product * extent, 1)]);
      return g.dense(flat, { ...named, outputs: upTo(9), bias: coin(), activation: pick(ACTIVATIONS) });
    },
  };
  if (shape.length !== 4) return pick(Object.values(anyRank))();
  const [, H, W, C] = shape;

  /** A window that fits, with steps and padding of every kind. */
  const window = (mostPadding: number) => {
    const [KH, KW] = [upTo(3), upTo(3)];
    const [dH, dW] = [upTo(2), upTo(2)];
    const min = (extent: number, k: number, d: number) => Math.max(0, Math.ceil((d * (k - 1) + 1 - extent) / 2));
    const pad = (min: number) => min + source.integer(mostPadding + 1);
    const [top, bottom] = [pad(min(H, KH, dH)), pad(min(H, KH, dH))];
    const [left, right] = [pad(min(W, KW, dW)), pad(min(W, KW, dW))];
    const padding: Padding = pick<Padding>([
      "same",
      "same-lower",
      [top, bottom, left, right],
      [top, bottom, left, right],
    ]);
    return { kernel: [KH, KW] as const, strides: pair(3), dilations: [dH, dW] as const, padding };
  };
  const convolution = () => ({ ...window(2), bias: coin(), activation: pick(ACTIVATIONS), ...named });
  /** Windows that may reach beyond the image, by less than a stride. */
  const beyond = () => {
    const [rows, columns] = [H, W].map((extent) => {
      const [taps, dilation] = [upTo(extent + 1), draw.isLast ? upTo(3) : 1];
      const over = dilation * (taps - 1) + 1 - extent;
      return { taps, dilation, stride: Math.max(0, over) + upTo(3) };
    });
    return {
      windowDimensions: [rows.taps, columns.taps] as const,
      dilations: [rows.dilation, columns.dilation] as const,
      strides: [rows.stride, columns.stride] as const,
      rounding: "ceil" as const,
    };
  };
  /** Averages over windows without a pixel are NaN, and so is all that follows: only the last node may have some. */
  const pool = () => {
    const { kernel, ...any } = window(draw.isLast ? 3 : 0);
    const steps = draw.isLast ? any : { ...any, dilations: 1 };
    const rounding = pick(["floor", "ceil"] as const);
    const own = pick([
      { windowDimensions: kernel, ...steps },
      { windowDimensions: kernel, ...steps, strides: 1 },
      beyond(),
      { windowDimensions: [H, 1] as const },
      {},
    ]);
    return { rounding, ...own, ...named };
  };
  const images = {
    convTranspose2d: () => {
      const groups = pick([1, 2].filter((n) => C % n === 0));
      const [strides, kernel] = [upTo(3), upTo(3)];
      const spec = { strides, kernel, groups, bias: coin(), activation: pick(ACTIVATIONS), ...named };
      const more = source.integer(strides);
      return g.convTranspose2d(x, { ...spec, outputs: groups * upTo(3), ...(coin() && { outputPadding: more }) });
    },
    resample2d: () => {
      const size = coin() ? { sizes: [upTo(9), upTo(9)] as const } : { scales: pick([0.5, 1.5, 2]) };
      if ("scales" in size && Math.min(H, W) < 2) return null;
      return g.resample2d(x, {
        ...named,
        ...size,
        mode: pick(["nearest", "linear"] as const),
        coordinates: pick(["half-pixel", "pytorch-half-pixel", "align-corners", "asymmetric"] as const),
        rounding: pick(["round-prefer-floor", "round-prefer-ceil", "floor", "ceil"] as const),
      });
    },
    conv2d: () => {
      const groups = pick([1, 2, 3].filter((n) => C % n === 0));
      return g.conv2d(x, { ...convolution(), outputs: groups * upTo(3), groups });
    },
    depthwiseConv2d: () => g.depthwiseConv2d(x, { ...convolution(), multiplier: upTo(2) }),
    pointwiseConv2d: () => {
      const { kernel: _, dilations: __, ...spec } = convolution();
      return g.pointwiseConv2d(x, { ...spec, outputs: upTo(6) });
    },
    maxPool2d: () => g.maxPool2d(x, pool()),
    averagePool2d: () => g.averagePool2d(x, { ...pool(), countIncludePad: coin() }),
    globalAveragePool2d: () => g.globalAveragePool2d(x, named),
  };
  const kinds = { ...anyRank, ...images };
  const all = [...Object.keys(anyRank), ...Object.keys(images), ...Object.keys(images)];
  const kind = pick(all.filter((one) => !without.includes(one))) as keyof typeof kinds;
  return kinds[kind]();
}

/** Kinds of nodes that layers of Keras have nothing for. */
export const NO_LAYERS: readonly string[] = [
  ...["div", "exp", "expand", "gather", "levels", "log", "matmul", "mirror", "pad", "plain", "reciprocal", "reduce"],
  ...["resample2d", "slice", "sqrt", "tile"],
];

/** A sum or product with a value that broadcasts: itself, a channel's mean, another value of the same shape. */
function joined(g: GraphBuilder, x: string, { named, values, pick }: Draw): string {
  const shape = g.shapeOf(x);
  const fitting = values.filter((value) => {
    const other = g.shapeOf(value);
    return (
      other.length <= shape.length &&
      other.every((extent, i) => {
        const own = shape[i + shape.length - other.length];
        return extent === own || extent === 1;
      })
    );
  });
  const pooled = shape.length === 4 ? [g.globalAveragePool2d(x)] : [];
  const row = shape.length === 4 ? [g.reshape(pooled[0], [1, shape[3]])] : [];
  const longer = shape.length === 4 ? [g.reshape(x, [1, 1, ...shape.slice(1)])] : [];
  const other = pick([...fitting, ...pooled, ...row, ...longer]);
  const [a, b] = pick([
    [x, other],
    [other, x],
  ]);
  return pick([g.add, g.mul, g.sub, g.max, g.min])(a, b, named);
}

/**
 * Kernels that make one mistake each, written apart from src/testing/mistakes: a float32 loop nest over operands that
 * were transposed, shifted, padded or spoilt before, and outputs that are moved about afterwards.
 */
import { type Activation, Tensor, tensor } from "../../src/index.ts";
import type { ConvCase, ConvOperandValues, ConvOracle } from "../../src/testing/index.ts";

/** What a kernel is given: nhwc, and every filter as [KH, KW, C / G, O]. */
export interface Job {
  readonly x: Tensor;
  readonly w: Tensor;
  readonly bias: readonly number[];
  readonly hasBias: boolean;
  readonly activation: Activation;
  /** From the sum and the bias of output channel o to the output. */
  readonly ending: (sum: number, o: number) => number;
  readonly groups: number;
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Rows and columns before the image. */
  readonly before: readonly [number, number];
  /** And behind it. */
  readonly after: readonly [number, number];
  /** [OH, OW] */
  readonly size: readonly [number, number];
  readonly isDepthwise: boolean;
}

export function jobOf(
  { op }: ConvCase,
  { input, filter, options }: ConvOperandValues,
  { geometry: g }: ConvOracle,
): Job {
  const groups = op === "depthwiseConv2d" ? g.C : (options.groups ?? 1);
  return {
    x: input,
    w: tensor(filter.toFloat32Array(), [g.KH, g.KW, g.C / groups, g.O]),
    bias: options.bias ? [...options.bias.toFloat32Array()] : Array(g.O).fill(0),
    hasBias: Boolean(options.bias),
    activation: options.activation ?? "none",
    ending: activated[options.activation ?? "none"],
    ...windowsOf(op, g, groups),
  };
}

/** How windows move over the image, of any kernel. */
export function windowsOf(op: ConvCase["op"], g: ConvOracle["geometry"], groups: number) {
  return {
    groups,
    strides: [g.strideH, g.strideW],
    dilations: [g.dilationH, g.dilationW],
    before: [g.padTop, g.padLeft],
    after: [g.padBottom, g.padRight],
    size: [g.OH, g.OW],
    isDepthwise: op === "depthwiseConv2d",
  } as const;
}

const { fround } = Math;

export const activated: Readonly<Record<Activation, (s: number) => number>> = {
  none: (s) => s,
  relu: (s) => Math.max(s, 0),
  relu6: (s) => Math.min(Math.max(s, 0), 6),
  hardSwish: (s) => fround(s * fround(Math.min(6, Math.max(0, s + 3)) / 6)),
  hardSigmoid: (s) => fround(Math.min(6, Math.max(0, fround(s + 3))) / 6),
  sigmoid: (s) => fround(1 / fround(1 + fround(Math.exp(-s)))),
};

interface How {
  /** Rounds products and sums. */
  readonly round?: (value: number) => number;
  /** From the sum of the products, without the bias. */
  readonly finish?: (sum: number, n: number, oh: number, ow: number, o: number) => number;
}

/** Seven loops in float32: [N, OH, OW, O]. */
export function run(job: Job, { round = fround, finish }: How = {}): number[] {
  const { x, w, bias, groups, strides, dilations, before, size, ending } = job;
  const [N, H, W, C] = x.shape;
  const [KH, KW, Cg, O] = w.shape;
  const y: number[] = [];
  for (let n = 0; n < N; n++) {
    for (let oh = 0; oh < size[0]; oh++) {
      for (let ow = 0; ow < size[1]; ow++) {
        for (let o = 0; o < O; o++) {
          let sum = 0;
          for (let kh = 0; kh < KH; kh++) {
            for (let kw = 0; kw < KW; kw++) {
              const ih = oh * strides[0] + kh * dilations[0] - before[0];
              const iw = ow * strides[1] + kw * dilations[1] - before[1];
              if (ih < 0 || ih >= H || iw < 0 || iw >= W) continue;
              for (let ic = 0; ic < Cg; ic++) {
                const c = Math.floor((o * groups) / O) * (C / groups) + ic;
                sum = round(sum + round(x.at(n, ih, iw, c) * w.at(kh, kw, ic, o)));
              }
            }
          }
          y.push(finish ? finish(sum, n, oh, ow, o) : ending(round(sum + bias[o]), o));
        }
      }
    }
  }
  return y;
}

/** The output as a tensor. */
const shaped = (y: readonly number[], job: Job): Tensor =>
  tensor(y as number[], [job.x.shape[0], ...job.size, job.w.shape[3]]);
const numbers = (t: Tensor): number[] => [...t.toFloat32Array()];

/** An array whose numbers lie in one order, taken for one in another order. */
const takenFor = (t: Tensor, as: readonly number[]): Tensor => {
  const back = as.map((_, axis) => as.indexOf(axis));
  return tensor(
    t.toFloat32Array(),
    as.map((axis) => t.shape[axis]),
  ).transpose(back);
};
/** The other way round: numbers written in another order. */
const writtenAs = (t: Tensor, as: readonly number[]): Tensor => tensor(t.transpose(as).toFloat32Array(), t.shape);

/** A tensor filled index by index. */
export function filled(shape: readonly number[], at: (...index: number[]) => number): Tensor {
  const result = Tensor.zeros(shape);
  const [, B, C, D] = shape;
  for (let i = 0; i < result.size; i++) {
    result.data[i] = at(Math.floor(i / (B * C * D)), Math.floor(i / (C * D)) % B, Math.floor(i / D) % C, i % D);
  }
  return result;
}

/** The image with a border that is not zero, and no padding left to do. */
function bordered(job: Job, row: (index: number, extent: number) => number): Job {
  const { x, before, after } = job;
  const [N, H, W, C] = x.shape;
  const frame = filled([N, H + before[0] + after[0], W + before[1] + after[1], C], (n, h, w, c) =>
    x.at(n, row(h - before[0], H), row(w - before[1], W), c),
  );
  return { ...job, x: frame, before: [0, 0] };
}

const reversed = (t: Tensor, axis: number): Tensor =>
  filled(t.shape, (...index) => t.at(...index.map((i, a) => (a === axis ? t.shape[axis] - 1 - i : i))));

/** Weights of which some are left out. */
const without = (job: Job, isOut: (kh: number, kw: number, ic: number, o: number) => boolean): number[] =>
  run({ ...job, w: filled(job.w.shape, (kh, kw, ic, o) => (isOut(kh, kw, ic, o) ? 0 : job.w.at(kh, kw, ic, o))) });

export const finishing = (job: Job, finish: (sum: number, b: number, at: readonly number[]) => number): number[] =>
  run(job, { finish: (sum, n, oh, ow, o) => finish(sum, job.bias[o], [n, oh, ow, o]) });

const running = (job: Job, isReset: (n: number, oh: number, ow: number, o: number) => boolean): number[] => {
  let sum = 0;
  return run(job, {
    finish: (own, n, oh, ow, o) => {
      if (isReset(n, oh, ow, o)) sum = 0;
      sum = fround(sum + own);
      return job.ending(fround(sum + job.bias[o]), o);
    },
  });
};

const outputs = (job: Job, keeps: (n: number, oh: number, ow: number, o: number, i: number) => boolean): number[] => {
  const [OH, OW] = job.size;
  const O = job.w.shape[3];
  return run(job).map((value, i) =>
    keeps(Math.floor(i / (OH * OW * O)), Math.floor(i / (OW * O)) % OH, Math.floor(i / O) % OW, i % O, i) ? value : 0,
  );
};

/** Rounds to a significand of fewer bits, by way of the spacing there: not the way of src/testing/precision.ts. */
export function roundTo(bits: number, value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const spacing = 2 ** (Math.floor(Math.log2(Math.abs(value))) + 1 - bits);
  const scaled = value / spacing;
  const down = Math.floor(scaled);
  const isUp = scaled - down > 0.5 || (scaled - down === 0.5 && down % 2 !== 0);
  return (down + (isUp ? 1 : 0)) * spacing;
}

const rounded = (bits: number) => (t: Tensor) =>
  tensor(
    t.toFloat32Array().map((value) => roundTo(bits, value)),
    t.shape,
  );
const operandsIn = (job: Job, bits: number): number[] =>
  run({ ...job, x: rounded(bits)(job.x), w: rounded(bits)(job.w) });

const half = (taps: number): number => Math.floor((taps - 1) / 2);

/** The name a mistake should get, and what its kernel gives; null where it is not possible. */
export type Fault<J extends Job = Job> = readonly [name: string, fault: (job: J) => readonly number[] | null];

/** Those of any kernel, of real numbers or of integers. */
export const SHARED_FAULTS: readonly Fault[] = [
  ["filter read as OIHW", (job) => run({ ...job, w: takenFor(job.w, [3, 2, 0, 1]) })],
  ["filter read as OHWI", (job) => run({ ...job, w: takenFor(job.w, [3, 0, 1, 2]) })],
  ["filter read as IHWO", (job) => run({ ...job, w: takenFor(job.w, [2, 0, 1, 3]) })],
  ["filter rows and columns swapped", (job) => run({ ...job, w: takenFor(job.w, [1, 0, 2, 3]) })],
  ["input read as NCHW", (job) => run({ ...job, x: takenFor(job.x, [0, 3, 1, 2]) })],
  ["input rows and columns swapped", (job) => run({ ...job, x: takenFor(job.x, [0, 2, 1, 3]) })],
  ["output written as NCHW", (job) => numbers(writtenAs(shaped(run(job), job), [0, 3, 1, 2]))],
  ["output rows and columns swapped", (job) => numbers(writtenAs(shaped(run(job), job), [0, 2, 1, 3]))],
  ["strides ignored", (job) => run({ ...job, strides: [1, 1] })],
  ["strides swapped: [w, h] for [h, w]", (job) => run({ ...job, strides: [job.strides[1], job.strides[0]] })],
  ["one stride for rows and columns", (job) => run({ ...job, strides: [job.strides[0], job.strides[0]] })],
  ["one stride for rows and columns", (job) => run({ ...job, strides: [job.strides[1], job.strides[1]] })],
  ["dilations ignored", (job) => run({ ...job, dilations: [1, 1] })],
  ["dilations swapped: [w, h] for [h, w]", (job) => run({ ...job, dilations: [job.dilations[1], job.dilations[0]] })],
  ["one dilation for rows and columns", (job) => run({ ...job, dilations: [job.dilations[0], job.dilations[0]] })],
  [
    "one size for kernel rows and columns",
    (job) => {
      // `kw < KH`: columns are left out, or the next row's weights are read, and beyond the last one NaN.
      const [KH, KW, Cg, O] = job.w.shape;
      const flat = job.w.toFloat32Array();
      const at = (kh: number, kw: number, ic: number, o: number): number =>
        flat[((kh * KW + kw) * Cg + ic) * O + o] ?? Number.NaN;
      return run({ ...job, w: filled([KH, KH, Cg, O], at) });
    },
  ],
  ["no padding before the image", (job) => run({ ...job, before: [0, 0] })],
  ["odd row or column of padding at the other end", (job) => run({ ...job, before: job.after })],
  [
    "symmetric padding",
    (job) => {
      const { w, dilations } = job;
      return run({ ...job, before: [half(w.shape[0]) * dilations[0], half(w.shape[1]) * dilations[1]] });
    },
  ],
  [
    "symmetric padding",
    ({ before, after, ...job }) =>
      run({ ...job, after, before: [(before[0] + after[0]) >> 1, (before[1] + after[1]) >> 1] }),
  ],
  ["order of the padding mixed up", (job) => run({ ...job, before: [job.before[1], job.before[0]] })],
  ["order of the padding mixed up", (job) => run({ ...job, before: [job.before[0], job.after[0]] })],
  ["window shifted by one", (job) => run({ ...job, before: [job.before[0] - 1, job.before[1] - 1] })],
  ["window shifted by one", (job) => run({ ...job, before: [job.before[0], job.before[1] + 1] })],
  ["border replicated", (job) => run(bordered(job, (i, extent) => Math.max(0, Math.min(extent - 1, i))))],
  [
    "border mirrored",
    (job) =>
      run(
        bordered(job, (i, extent) => {
          let at = i;
          while (extent > 1 && (at < 0 || at >= extent)) at = at < 0 ? -at : 2 * (extent - 1) - at;
          return extent === 1 ? 0 : at;
        }),
      ),
  ],
  ["border wrapped around", (job) => run(bordered(job, (i, extent) => ((i % extent) + extent) % extent))],
  [
    "borders not checked",
    (job) => {
      const { x, before, after } = job;
      const [N, H, W, C] = x.shape;
      const flat = x.toFloat32Array();
      const frame = filled([N, H + before[0] + after[0], W + before[1] + after[1], C], (n, h, w, c) => {
        return flat[((n * H + h - before[0]) * W + w - before[1]) * C + c] ?? Number.NaN;
      });
      return run({ ...job, x: frame, before: [0, 0] });
    },
  ],
  [
    "filter flipped, as mathematics defines a convolution",
    (job) => run({ ...job, w: reversed(reversed(job.w, 0), 1) }),
  ],
  ["last tap left out", (job) => without(job, (kh) => kh === job.w.shape[0] - 1)],
  ["last tap left out", (job) => without(job, (_, kw) => kw === job.w.shape[1] - 1)],
  ["last tap left out", (job) => without(job, (kh, kw) => kh === job.w.shape[0] - 1 && kw === job.w.shape[1] - 1)],
  ["first tap left out", (job) => without(job, (kh, kw) => kh === 0 && kw === 0)],
  ["last input channel left out", (job) => without(job, (_kh, _kw, ic) => ic === job.w.shape[2] - 1)],
  [
    "input channels beyond whole vectors left out",
    (job) => without(job, (_kh, _kw, ic) => ic >= job.w.shape[2] - (job.w.shape[2] % 4)),
  ],
  ["input channels reversed", (job) => run({ ...job, x: reversed(job.x, 3) })],
  ["output channels reversed", (job) => numbers(reversed(shaped(run(job), job), 3))],
  [
    "batch ignored: every image read as the first",
    (job) => run({ ...job, x: filled(job.x.shape, (_, h, w, c) => job.x.at(0, h, w, c)) }),
  ],
  [
    "every group reading the channels of the first",
    (job) => run({ ...job, x: filled(job.x.shape, (n, h, w, c) => job.x.at(n, h, w, c % job.w.shape[2])) }),
  ],
  [
    "groups mixed up",
    (job) => {
      const Cg = job.w.shape[2];
      const dealt = (c: number): number => (c % Cg) * job.groups + Math.floor(c / Cg);
      return run({ ...job, x: filled(job.x.shape, (n, h, w, c) => job.x.at(n, h, w, dealt(c))) });
    },
  ],
  [
    "groups mixed up",
    (job) => {
      const first = job.w.shape[3] / job.groups;
      return run({ ...job, w: filled(job.w.shape, (kh, kw, ic, o) => job.w.at(kh, kw, ic, o % first)) });
    },
  ],
  [
    "multiplier order: m · C + c for c · multiplier + m",
    (job) => {
      const [N, , , C] = job.x.shape;
      const M = job.w.shape[3] / C;
      if (!job.isDepthwise || M === 1) return null;
      const y = shaped(run(job), job).reshape([N, job.size[0] * job.size[1], C, M]);
      return numbers(y.transpose([0, 1, 3, 2]));
    },
  ],
  ["bias left out", (job) => finishing(job, (sum, _, [, , , o]) => job.ending(sum, o))],
  ["bias added twice", (job) => finishing(job, (sum, b, [, , , o]) => job.ending(fround(fround(sum + b) + b), o))],
  ["bias subtracted", (job) => finishing(job, (sum, b, [, , , o]) => job.ending(fround(sum - b), o))],
  [
    "bias read at the wrong index",
    (job) => finishing(job, (sum, _, [, , ow, o]) => job.ending(fround(sum + job.bias[ow % job.bias.length]), o)),
  ],
  [
    "bias read at the wrong index",
    (job) => finishing(job, (sum, _, [, , , o]) => job.ending(fround(sum + job.bias[0]), o)),
  ],
  ["accumulator not reset", (job) => running(job, (_n, _oh, _ow, o) => o === 0)],
  ["accumulator not reset", (job) => running(job, () => false)],
  ["tail lanes not written", (job) => outputs(job, (_n, _oh, _ow, o) => o < job.w.shape[3] - (job.w.shape[3] % 4))],
  ["tail lanes not written", (job) => outputs(job, (_n, _oh, ow) => ow < job.size[1] - (job.size[1] % 4))],
  [
    "tail lanes not written",
    (job) => {
      const total = job.x.shape[0] * job.size[0] * job.size[1] * job.w.shape[3];
      return outputs(job, (_n, _oh, _ow, _o, i) => i < total - (total % 8));
    },
  ],
  ["last row, column, channel or image not written", (job) => outputs(job, (_n, oh) => oh < job.size[0] - 1)],
];

/** Those of kernels of real numbers. */
const REAL_FAULTS: readonly Fault[] = [
  ["bias added after the activation", (job) => finishing(job, (sum, b) => fround(activated[job.activation](sum) + b))],
  ["activation left out", (job) => (job.activation === "none" ? null : run({ ...job, ending: activated.none }))],
  ...(["relu", "relu6", "hardSwish", "hardSigmoid", "sigmoid"] as const).map(
    (activation) =>
      [
        `activation ${activation}`,
        (job: Job) => (job.activation === activation ? null : run({ ...job, ending: activated[activation] })),
      ] as const,
  ),
  [
    "hard-sigmoid of slope 0.2, ONNX's default",
    (job) => {
      const gate = (s: number): number => fround(Math.min(1, Math.max(0, 0.2 * s + 0.5)));
      if (job.activation === "hardSigmoid") return finishing(job, (sum, b) => gate(fround(sum + b)));
      if (job.activation === "hardSwish") return finishing(job, (sum, b) => fround(fround(sum + b) * gate(sum + b)));
      return null;
    },
  ],
  ["activation applied twice", (job) => run(job).map((y) => activated[job.activation](fround(y)))],
  ["sums in float16", (job) => run(job, { round: (s) => roundTo(11, s) })],
  ["sums in bfloat16", (job) => run(job, { round: (s) => roundTo(8, s) })],
  ["operands rounded to float16", (job) => operandsIn(job, 11)],
  ["operands rounded to bfloat16", (job) => operandsIn(job, 8)],
  ["outputs rounded to float16", (job) => run(job).map((y) => roundTo(11, y))],
  ["outputs rounded to bfloat16", (job) => run(job).map((y) => roundTo(8, y))],
];

export const FAULTS: readonly Fault[] = [...SHARED_FAULTS, ...REAL_FAULTS];

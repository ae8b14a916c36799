/**
 * The tables of chapter 14: which planted faults the two bounds catch, how much of the statistical bound correct
 * kernels use, and how often each mistake is named. `npm run oracle` prints them.
 */
import { CONV_ALGORITHMS } from "../../src/geometry/winograd.ts";
import { conv2d, random, randomTensor, tensor } from "../../src/index.ts";
import { sizeOf } from "../../src/tensor/shape.ts";
import {
  type ConvOracle,
  convCases,
  convOperandsFor,
  convOracle,
  judgeConv,
  MISTAKES,
  QUANTIZED_MISTAKES,
  type QuantizedConvOracle,
  type QuantizedDraw,
  quantizedConvOperandsFor,
  quantizedConvOracle,
} from "../../src/testing/index.ts";
import { FAULTS, type Fault, type Job, jobOf, roundTo, run, SHARED_FAULTS } from "./faults.ts";
import { QUANTIZED_FAULTS, type QuantizedJob, quantizedJobOf } from "./quantizedFaults.ts";

const { fround } = Math;

/** Sums of float32 products, all of them correct. */
export const ORDERS: Readonly<Record<string, (products: readonly number[]) => number>> = {
  "in sequence": (p) => p.reduce((s, x) => fround(s + x), 0),
  backwards: (p) => p.reduceRight((s, x) => fround(s + x), 0),
  "eight lanes": (p) => {
    const lanes = Array<number>(8).fill(0);
    for (const [k, x] of p.entries()) lanes[k % 8] = fround(lanes[k % 8] + x);
    return lanes.reduce((s, x) => fround(s + x), 0);
  },
  "blocks of 64": (p) => {
    let sum = 0;
    for (let k = 0; k < p.length; k += 64) sum = fround(sum + p.slice(k, k + 64).reduce((s, x) => fround(s + x), 0));
    return sum;
  },
  pairwise: (p) => {
    let level = p;
    while (level.length > 1) {
      level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) =>
        fround(level[2 * i] + (level[2 * i + 1] ?? 0)),
      );
    }
    return level[0];
  },
};

/** One pointwise output for each of some pixels: [pixels, K] times [K]. */
interface Dots {
  readonly x: readonly (readonly number[])[];
  readonly w: readonly number[];
  readonly bias: number;
}

export function oracleOf({ x, w, bias }: Dots, precision: ConvOracle["precision"] = "float32"): ConvOracle {
  const K = w.length;
  const input = tensor(x.flat(), [1, 1, x.length, K]);
  return convOracle("pointwiseConv2d", input, tensor([...w], [K, 1]), {
    bias: bias === 0 ? null : tensor([bias], [1]),
    precision,
  });
}

const products = ({ w }: Dots, row: readonly number[]): number[] => row.map((x, k) => fround(x * w[k]));

/** What a correct kernel gives, which adds the bias at the end, or at the start. */
export function summed(dots: Dots, order: (products: readonly number[]) => number, biasFirst = false): number[] {
  return dots.x.map((row) => {
    const p = products(dots, row);
    return biasFirst ? order([dots.bias, ...p]) : fround(order(p) + dots.bias);
  });
}

type Draw = (source: ReturnType<typeof random>, k: number) => readonly [x: number, w: number];

/** Operands that float32 sums treat differently. */
export const DATA: Readonly<Record<string, Draw>> = {
  "mixed signs": (s) => [s.normal(), s.normal()],
  positive: (s) => [s.uniform(), s.uniform()],
  "after ReLU": (s) => [Math.max(0, s.normal()), s.normal()],
  "nine of ten zero": (s) => [s.uniform() < 0.9 ? 0 : s.normal(), s.normal()],
  "sorted by value": (s) => [s.uniform(), s.normal()],
  "alternating signs": (s, k) => [(k % 2 === 0 ? 1 : -1) * (5 + s.uniform()), 1 + s.uniform()],
  "constant image": (s) => [0.1, s.normal()],
  "constant filter": (s) => [s.uniform(), 0.3],
  "both constant": () => [0.1, 0.3],
};

export function dotsOf(kind: string, K: number, pixels: number, seed: number, bias: boolean): Dots {
  const source = random(seed);
  const pairs = Array.from({ length: K }, (_, k) => Array.from({ length: pixels }, () => DATA[kind](source, k)));
  const w = pairs.map(([[, weight]]) => fround(weight));
  if (kind === "sorted by value") w.sort((a, b) => a - b);
  const x = Array.from({ length: pixels }, (_, pixel) => pairs.map((row) => fround(row[pixel][0])));
  return { x, w, bias: bias ? fround(source.normal()) : 0 };
}

export interface Simulated {
  readonly kind: string;
  readonly cases: number;
  /** In which the proof alone judges. */
  readonly proofAlone: number;
  /** The largest share of the statistical bound, by order. */
  readonly used: Readonly<Record<string, number>>;
  readonly suspicious: number;
}

const LENGTHS = [1, 2, 3, 9, 27, 64, 288, 1152, 4608, 8192];

/** Correct kernels on every kind of data and length. */
export function simulate(rounds: number): readonly Simulated[] {
  return Object.keys(DATA).map((kind) => {
    const used = Object.fromEntries(Object.keys(ORDERS).map((name) => [name, 0]));
    let [cases, proofAlone, suspicious] = [0, 0, 0];
    for (const [at, K] of LENGTHS.entries()) {
      for (let round = 0; round < rounds; round++) {
        const dots = dotsOf(kind, K, 4, 1000 * at + round + 1, round % 2 === 1);
        const oracle = oracleOf(dots);
        cases++;
        if (oracle.statistics === null) proofAlone++;
        for (const [name, order] of Object.entries(ORDERS)) {
          for (const biasFirst of dots.bias === 0 ? [false] : [false, true]) {
            const { verdict, used: shares } = judgeConv(summed(dots, order, biasFirst), oracle);
            used[name] = Math.max(used[name], shares.statistics ?? 0);
            if (verdict !== "within") suspicious++;
          }
        }
      }
    }
    return { kind, cases, proofAlone, used, suspicious };
  });
}

const SIZES = [27, 288, 1152, 4608];
const PIXELS = 16;

/** Whole numbers from -8 to 8. */
function wholeDots(K: number): Dots {
  const source = random(K);
  const whole = (): number => source.integer(17) - 8;
  return {
    x: Array.from({ length: PIXELS }, () => Array.from({ length: K }, whole)),
    w: Array.from({ length: K }, whole),
    bias: 0,
  };
}

const rounding = (bits: number) => (value: number) => roundTo(bits, value);
const withX = (dots: Dots, change: (value: number) => number): Dots => {
  return { ...dots, x: dots.x.map((row) => row.map(change)), w: dots.w.map(change) };
};
const plain = ORDERS["in sequence"];

/** Faults in an otherwise correct kernel. */
const PLANTED: readonly (readonly [name: string, answer: (dots: Dots) => readonly number[]])[] = [
  ["outputs in float16", (dots) => summed(dots, plain).map(rounding(11))],
  ["outputs in bfloat16", (dots) => summed(dots, plain).map(rounding(8))],
  ["operands in float16", (dots) => summed(withX(dots, rounding(11)), plain)],
  ["operands in bfloat16", (dots) => summed(withX(dots, rounding(8)), plain)],
  [
    "one weight 10 % off",
    (dots) => summed({ ...dots, w: dots.w.with(dots.w.length >> 1, 1.1 * dots.w[dots.w.length >> 1]) }, plain),
  ],
  ["last product missing", (dots) => summed({ ...dots, w: dots.w.with(-1, 0) }, plain)],
];

/** Rows of text: the first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}

const two = (value: number): string => (value >= 10 ? String(Math.round(value)) : value.toPrecision(2));

/** Verdicts on planted faults, with the share of the statistical bound that the worst output uses. */
export function plantedTable(): string {
  const cell = (answer: readonly number[], oracle: ConvOracle): string => {
    const { verdict, used } = judgeConv(answer, oracle);
    return used.statistics === null || used.statistics === Number.POSITIVE_INFINITY
      ? verdict
      : `${verdict}, ${two(used.statistics)}`;
  };
  const row = (name: string, dots: (K: number) => Dots, answer: (dots: Dots) => readonly number[]): string[] => [
    name,
    ...SIZES.map((K) => cell(answer(dots(K)), oracleOf(dots(K)))),
  ];
  const mixed = (K: number): Dots => dotsOf("mixed signs", K, PIXELS, K, true);
  const offByOne = (dots: Dots): number[] => summed(dots, plain).map((value, i) => (i === 0 ? value + 1 : value));
  return aligned([
    ["", ...SIZES.map((K) => `K = ${K}`)],
    ...PLANTED.map(([name, answer]) => row(name, mixed, answer)),
    row("one output off by 1, whole numbers", wholeDots, offByOne),
    ...Object.entries(ORDERS)
      .slice(0, 4)
      .map(([name, order]) => row(`correct, summed ${name}`, mixed, (dots) => summed(dots, order))),
  ]);
}

const CHANNELS = [32, 128, 512];

/** Errors of each algorithm on the simd tier: a 3×3 convolution of 14×14 pixels with 16 outputs, normal numbers. */
export function algorithmsTable(): string {
  const size = (numbers: ArrayLike<number>): number => Math.hypot(...Array.from(numbers));
  return aligned([
    ["", ...CHANNELS.flatMap((C) => [`error, ${C} channels`, "of its bound"])],
    ...CONV_ALGORITHMS.map((algorithm) => [
      algorithm,
      ...CHANNELS.flatMap((C) => {
        const source = random(C);
        const [x, w] = [randomTensor([1, 14, 14, C], source), randomTensor([3, 3, C, 16], source)];
        const oracle = convOracle("conv2d", x, w, { padding: "same", algorithm });
        const answer = conv2d(x, w, { padding: "same", algorithm, backend: "simd" });
        const { used } = judgeConv(answer, oracle);
        const errors = answer.data.map((value, i) => value - oracle.values[i]);
        return [(size(errors) / size(oracle.values)).toExponential(1), two(used.proof)];
      }),
    ]),
  ]);
}

/** How much of the statistical bound correct kernels use. */
export function simulationTable(rounds: number): string {
  return aligned([
    ["", ...Object.keys(ORDERS), "called suspicious", "proof alone"],
    ...simulate(rounds).map(({ kind, cases, proofAlone, used, suspicious }) => [
      kind,
      ...Object.values(used).map(two),
      String(suspicious),
      `${proofAlone} of ${cases}`,
    ]),
  ]);
}

export interface Named {
  readonly name: string;
  /** Cases in which the mistake moves an output outside the proof. */
  readonly shows: number;
  readonly named: number;
}

/** A case with its oracle, and what planted kernels are given. */
interface Planted<J extends Job> {
  readonly oracle: ConvOracle | QuantizedConvOracle;
  readonly job: J;
  /** A number that an answer may have. */
  readonly arbitrary: () => number;
}

/** Every mistake planted into every case of a suite; the last two rows are a right kernel and random numbers. */
function tally<J extends Job>(
  mistakes: readonly string[],
  faults: readonly Fault<J>[],
  cases: readonly Planted<J>[],
): readonly Named[] {
  const found = new Map<string, { shows: number; named: number }>();
  const note = (name: string, shows: boolean, named: boolean): void => {
    const row = found.get(name) ?? { shows: 0, named: 0 };
    found.set(name, { shows: row.shows + (shows ? 1 : 0), named: row.named + (named ? 1 : 0) });
  };
  for (const { oracle, job, arbitrary } of cases) {
    for (const [name, fault] of faults) {
      const answer = fault(job);
      if (answer === null) continue;
      const judged = judgeConv(answer, oracle);
      const isNamed = judged.mistakes.some((mistake) => mistake.name === name);
      note(name, judged.verdict === "wrong", judged.verdict === "wrong" && isNamed);
    }
    const right = judgeConv(run(job), oracle);
    note(RIGHT, !right.isClose, right.mistakes.length > 0);
    const random = judgeConv(Array.from({ length: sizeOf(oracle.shape) }, arbitrary), oracle);
    note(RANDOM, random.verdict === "wrong", random.mistakes.length > 0);
  }
  return [...mistakes, RIGHT, RANDOM].flatMap((name) => {
    const row = found.get(name);
    return row === undefined ? [] : [{ name, ...row }];
  });
}

export function nameMistakes(count: number): readonly Named[] {
  const arbitrary = random(99).normal;
  const cases = convCases({ count }).map((wanted, i): Planted<Job> => {
    const operands = convOperandsFor(wanted, i + 1);
    const oracle = convOracle(wanted.op, operands.input, operands.filter, operands.options);
    return { oracle, job: jobOf(wanted, operands, oracle), arbitrary };
  });
  return tally(MISTAKES, FAULTS, cases);
}

/** The same of integers, by one rule. */
export function nameQuantizedMistakes(count: number, draw: QuantizedDraw): readonly Named[] {
  const source = random(99);
  const cases = convCases({ count, activations: ["none", "relu", "relu6"] }).map((wanted, i): Planted<QuantizedJob> => {
    const operands = quantizedConvOperandsFor(wanted, i + 1, draw);
    const oracle = quantizedConvOracle(wanted.op, operands.input, operands.filter, operands.options);
    return { oracle, job: quantizedJobOf(wanted, operands, oracle.geometry), arbitrary: () => source.integer(128) };
  });
  return tally(QUANTIZED_MISTAKES, [...SHARED_FAULTS, ...QUANTIZED_FAULTS], cases);
}

export const RIGHT = "*no mistake*";
export const RANDOM = "*random numbers*";

export function mistakesTable(count: number): string {
  return namedTable(nameMistakes(count));
}

/** Those that only kernels of integers make, in int8 by the default rule. */
export function quantizedMistakesTable(count: number): string {
  const own = new Set(QUANTIZED_FAULTS.map(([name]) => name));
  return namedTable(
    nameQuantizedMistakes(count, {}).filter(({ name, shows }) => (own.has(name) && shows > 0) || name.startsWith("*")),
  );
}

function namedTable(rows: readonly Named[]): string {
  return aligned([
    ["mistake", "shows", "named"],
    ...rows.map(({ name, shows, named }) => [name, String(shows), String(named)]),
  ]);
}

/** @file Scene 7: weights in fewer and fewer bits, the loss, and one sum in integers, rounded by three rules. */
import { ROUNDINGS } from "../../../../src/geometry/requantization.ts";
import { BITS } from "../../engine/bits.ts";
import { clamped, type Drawing, mixed, path, rect, words } from "../../figure/drawing.ts";
import { type Figure, STILL, type View } from "../../figure/figure.ts";
import type { Timeline } from "../../figure/player.ts";
import { answer, arrow, DEPTHWISE, grid, PLAIN_CELL, pixelLook, weightLook, whole } from "../../figure/shapes.ts";
import { bytes, milliseconds } from "../../view/numbers.ts";
import type { State } from "../state.ts";
import { FIXED, firstRounding, inBits, KERNEL_WEIGHTS, RATIO, roundedBy, sumAt, WINDOW } from "./example.ts";

/** Steps of the text: levels, their cost, a sum, its rounding. */
const [LEVELS, COST, SUM, ROUND] = [0, 1, 2, 3];

const EXAMPLE = sumAt(WINDOW.row, WINDOW.column);
const TAPS = EXAMPLE.products.length;

/** From many bits to few. */
const LEVELS_TIMELINE: Timeline = {
  count: BITS.length,
  seconds: (at) => (at === BITS.length - 1 ? 4 : 1.4),
  loops: true,
};
/** Product by product. */
const SUM_TIMELINE: Timeline = { count: TAPS + 1, seconds: (at) => (at === TAPS ? 4 : 0.7), loops: true };

/** A weight with its sign and two decimals. */
function hundredths(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return Number(text) === 0 ? "0" : (value < 0 ? "−" : "") + text.replace("0.", ".");
}

const isWideAt = ({ width, height }: View): boolean => width > 520 && height > 400;

/** Nine weights on a line, and the available levels. */
function levels(view: View): Drawing {
  const { width, height, caption, state, text } = view;
  const isWide = isWideAt(view);
  const { bits } = state;
  const isReal = bits === 32;
  const { scale, levels: own, back, error } = inBits(isReal ? 31 : bits);
  const largest = Math.max(...KERNEL_WEIGHTS.map(Math.abs));
  const [left, room] = [16, width - 32];
  const x = (weight: number): number => left + room * (0.5 + weight / largest / 2);
  const [above, below] = [caption * 4, caption * 4 + height * 0.2];
  const spacing = isReal ? 0 : (room / 2 / largest) * scale;
  let ticks = "";
  if (spacing >= 3) {
    for (let level = -Math.round(largest / scale); level * scale <= largest * 1.001; level++) {
      ticks += `M${x(level * scale)} ${below - 9}v18`;
    }
  }
  const side = Math.floor(
    clamped(Math.min((width - 90) / 9.6, (height - below - caption * 5) / 3), 26, isWide ? 62 : 40),
  );
  const gap = (width - side * 9) / 2;
  const top = below + caption * 4.4;
  const kernel = (
    key: string,
    at: number,
    title: string,
    values: readonly number[],
    show: (value: number) => string,
  ): Drawing => [
    words(`${key}-title`, at, top - caption * 0.9, title, { size: caption, fill: "var(--soft)" }),
    grid(key, at, top, side, 3, values, (value, i) => [
      show(value),
      { ...weightLook(KERNEL_WEIGHTS[i] / largest, DEPTHWISE), size: clamped(side * 0.38, 14, 24) },
    ]),
  ];
  return [
    words("bits", 0, caption * 0.9, text.bits.count(bits), { size: caption * 1.5, bold: true }),
    words("error", width, caption * 0.9, isReal ? text.bits.real : text.bits.levels(2 ** bits - 1, error.toFixed(3)), {
      size: caption,
      anchor: "end",
      fill: "var(--soft)",
    }),
    path("real-line", `M${left} ${above}H${left + room}`, "stroke:var(--line);stroke-width:2"),
    path("level-line", `M${left} ${below}H${left + room}`, "stroke:var(--line);stroke-width:2"),
    ticks !== "" && path("ticks", ticks, "stroke:var(--soft);stroke-width:1.4"),
    words("zero", x(0), below + caption * 1.4, "0", { size: caption, anchor: "middle", fill: "var(--soft)" }),
    KERNEL_WEIGHTS.map((weight, i): Drawing => {
      const to = isReal ? weight : back[i];
      const dot = (key: string, at: number, y: number, fill: string): Drawing => [
        rect(key, at - 6, y - 6, 12, 12, `fill:${fill};stroke:${DEPTHWISE};stroke-width:2`, { rx: 6 }),
      ];
      return [
        path(`fall${i}`, `M${x(weight)} ${above}L${x(to)} ${below}`, `stroke:${DEPTHWISE};stroke-width:1.6;fill:none`),
        dot(`real${i}`, x(weight), above, "var(--paper)"),
        dot(`level${i}`, x(to), below, DEPTHWISE),
      ];
    }),
    kernel("was", 0, text.bits.was, KERNEL_WEIGHTS, hundredths),
    kernel("whole", side * 3 + gap, isReal ? "" : text.bits.whole, isReal ? [] : own, (value) => whole(value)),
    kernel("back", side * 6 + gap * 2, text.bits.back, isReal ? KERNEL_WEIGHTS : back, hundredths),
    !isReal && [
      arrow("to-whole", side * 3 + gap * 0.25, top + side * 1.5, side * 3 + gap * 0.75, top + side * 1.5),
      arrow("to-back", side * 6 + gap * 1.25, top + side * 1.5, side * 6 + gap * 1.75, top + side * 1.5),
    ],
  ];
}

/** The whole network with each number of bits. */
function cost(view: View): Drawing {
  const { width, height, caption, state, text } = view;
  const isWide = isWideAt(view);
  const top = caption * 2.2;
  const row = Math.min((height - top) / BITS.length, caption * 3.4);
  const [label, end] = [caption * (isWide ? 5.4 : 4.6), caption * (isWide ? 13 : 7.4)];
  const room = width - label - end;
  const soft = { size: caption, fill: "var(--soft)" };
  return [
    words("right-title", label, caption * 0.8, text.bits.right, soft),
    words("bytes-title", width, caption * 0.8, isWide ? text.bits.bytesAndTime : text.bits.bytes, {
      ...soft,
      anchor: "end",
    }),
    BITS.map((bits, i): Drawing => {
      const y = top + i * row;
      const own = state.answers.find((one) => one.bits === bits);
      const isHere = bits === state.bits;
      const bar = clamped(row * 0.56, 10, 34);
      const share = own === undefined ? 0 : own.right / own.images;
      const middle = y + row / 2;
      return [
        isHere && rect("here", 0, y + 1, width, row - 2, "fill:var(--faint)", { rx: 6 }),
        words(`bits${bits}`, label - caption, middle, text.bits.short(bits), {
          size: caption,
          bold: isHere,
          anchor: "end",
        }),
        rect(
          `bar${bits}`,
          label,
          middle - bar / 2,
          own === undefined ? room : room * share,
          bar,
          own === undefined
            ? "fill:none;stroke:var(--soft);stroke-width:1.4;stroke-dasharray:6 5"
            : `fill:${bits === 32 ? "var(--soft)" : mixed(DEPTHWISE, isHere ? 100 : 62)}`,
        ),
        own !== undefined && [
          words(`right${bits}`, label + 8, middle, text.bits.of(own.right, own.images), {
            size: Math.max(14, caption * 0.95),
            bold: true,
            fill: "var(--on)",
          }),
          words(`bytes${bits}`, width - (isWide ? caption * 5.6 : 6), middle, bytes(own.bytes), {
            ...soft,
            anchor: "end",
          }),
          isWide &&
            own.ms !== null &&
            words(`ms${bits}`, width - 6, middle, milliseconds(own.ms), { ...soft, anchor: "end", fill: "var(--ink)" }),
        ],
      ];
    }),
  ];
}

/** Positions of the sum's grids; products need more space than their factors. */
function sumLayout(view: View) {
  const { width, height, caption, step } = view;
  const isWide = isWideAt(view);
  const sign = caption * (isWide ? 2.6 : 0.9);
  const high = (height * (step === ROUND ? 0.42 : 0.62) - caption * 3) / 3.1;
  const side = Math.floor(clamped(Math.min((width - 2 * sign) / 10.5, high), 26, 84));
  const product = Math.min((width - 2 * sign - side * 6) / 3, side * 1.5);
  const top = caption * 2;
  return {
    ...{ isWide, side, product, sign, top },
    weights: side * 3 + sign,
    products: side * 6 + sign * 2,
    end: side * 6 + sign * 2 + product * 3,
    below: top + side * 3 + caption * 1.6,
  };
}

/** Nine pixels times nine weights, all whole numbers; the sum grows product by product. */
function sum(view: View, added: number): Drawing {
  const { caption, text, step } = view;
  const { pixels, weights, products } = EXAMPLE;
  const own = sumLayout(view);
  const { isWide, side, sign, top, end } = own;
  const title = (key: string, x: number, what: string): Drawing => [
    words(key, x, top - caption * 0.9, what, { size: caption, fill: "var(--soft)" }),
  ];
  const between = (key: string, x: number, what: string): Drawing => [
    words(key, x - sign / 2, top + side * 1.5, what, {
      size: isWide ? caption * 1.4 : 14,
      bold: true,
      anchor: "middle",
    }),
  ];
  const size = clamped(side * 0.4, 14, 30);
  const so = products.slice(0, added).reduce((all, one) => all + one, 0);
  const y = own.below;
  return [
    title("pixels-title", 0, isWide ? text.bits.pixels : text.bits.pixelsShort),
    grid("pixel", 0, top, side, 3, pixels, (pixel) => [String(pixel), { ...pixelLook(pixel / 255), size }]),
    between("times", own.weights, "×"),
    title("weights-title", own.weights, isWide ? text.bits.levelsTitle : text.bits.was),
    grid("weight", own.weights, top, side, 3, weights, (weight) => [
      whole(weight),
      { ...weightLook(weight / 127, DEPTHWISE), size: isWide ? size : 14, bold: isWide },
    ]),
    between("equals", own.products, "="),
    title("products-title", own.products, text.window.productsTitle),
    grid("product", own.products, top, [own.product, side], 3, products, (product, i) => [
      i < added ? (isWide ? whole(product) : whole(product).replace(",", "")) : "",
      {
        ...PLAIN_CELL,
        line: i === added - 1 ? "var(--ink)" : "var(--line)",
        ink: product < 0 ? "var(--bad)" : "var(--ink)",
        size: clamped(own.product * 0.25, 14, 28),
      },
    ]),
    words("sum-title", 0, y + caption * 1.2, text.bits.accumulator, { size: caption, fill: "var(--soft)" }),
    words("sum", end, y + caption * 1.2, whole(so), {
      size: clamped(caption * 2.4, 28, 60),
      bold: true,
      anchor: "end",
      fill: DEPTHWISE,
    }),
    step === SUM &&
      isWide &&
      added === TAPS &&
      words("sum-scale", 0, y + caption * 4, text.bits.scaled(whole(so), RATIO.toFixed(6), (so * RATIO).toFixed(4)), {
        size: caption,
        fill: "var(--soft)",
      }),
  ];
}

/** The same sum by three rules. */
function rounding(view: View): Drawing {
  const { height, caption, text } = view;
  const { isWide, end, below } = sumLayout(view);
  const top = below + caption * 3;
  const row = (height - top) / ROUNDINGS.length;
  const box = clamped(row * 0.7, 32, 64);
  const exact = EXAMPLE.sum * RATIO;
  const first = firstRounding(EXAMPLE.sum);
  return [
    sum(view, TAPS),
    ROUNDINGS.map((rule, i): Drawing => {
      const y = top + row * (i + 0.5);
      const made = roundedBy(rule, EXAMPLE.sum);
      const how =
        rule === "tflite-double"
          ? text.bits.twice(whole(first), whole(2 ** -FIXED.shift), (first * 2 ** FIXED.shift).toFixed(4))
          : text.bits.once(exact.toFixed(4));
      return [
        words(`rule${i}`, 0, y - (isWide ? 0 : caption * 0.7), rule, { size: caption, bold: true }),
        words(`how${i}`, isWide ? caption * 10 : 0, y + (isWide ? 0 : caption * 0.7), how, {
          size: isWide ? caption : Math.max(14, caption * 0.93),
          fill: "var(--soft)",
        }),
        answer(
          `out${i}`,
          end - box * 1.2,
          y - box / 2,
          box * 1.2,
          box,
          String(made),
          made !== roundedBy(ROUNDINGS[0], EXAMPLE.sum) ? "var(--bad)" : DEPTHWISE,
        ),
      ];
    }),
  ];
}

export const bitsFigure: Figure = {
  timeline: (_, step) => [LEVELS_TIMELINE, STILL, SUM_TIMELINE, STILL][step] ?? STILL,
  shown: (state, step, at, isSet): State => (step === LEVELS && !isSet ? { ...state, bits: BITS[at] } : state),
  draw: (view) => {
    if (view.step === LEVELS) return levels(view);
    if (view.step === COST) return cost(view);
    return view.step === SUM ? sum(view, view.at) : rounding(view);
  },
  says: ({ step, state, text }) => {
    const { answers, bits } = state;
    if (step === LEVELS) return text.bits.count(bits);
    if (step === COST)
      return answers.map((one) => `${text.bits.short(one.bits)}: ${text.bits.of(one.right, one.images)}`).join("; ");
    const made = ROUNDINGS.map((rule) => `${rule}: ${roundedBy(rule, EXAMPLE.sum)}`);
    return step === SUM ? `${text.bits.accumulator}: ${whole(EXAMPLE.sum)}` : made.join("; ");
  },
  numbers: ({ step, state, text }) => {
    if (step === COST) {
      return [
        [text.bits.right],
        ...state.answers.map((one) => [
          text.bits.short(one.bits),
          text.bits.of(one.right, one.images),
          bytes(one.bytes),
          one.ms === null ? "" : milliseconds(one.ms),
        ]),
      ];
    }
    if (step === LEVELS) {
      const { levels: own, back } = inBits(state.bits === 32 ? 31 : state.bits);
      return [
        [text.bits.count(state.bits)],
        [text.bits.was, ...KERNEL_WEIGHTS.map(hundredths)],
        ...(state.bits === 32
          ? []
          : [
              [text.bits.whole, ...own.map(whole)],
              [text.bits.back, ...back.map(hundredths)],
            ]),
      ];
    }
    return [
      [`${text.bits.accumulator}: ${whole(EXAMPLE.sum)}`],
      [text.bits.pixels, ...EXAMPLE.pixels.map(whole)],
      [text.bits.levelsTitle, ...EXAMPLE.weights.map(whole)],
      [text.window.productsTitle, ...EXAMPLE.products.map(whole)],
      ...ROUNDINGS.map((rule) => [rule, whole(roundedBy(rule, EXAMPLE.sum))]),
    ];
  },
  atOf: ({ bits }, step) => (step === LEVELS ? (BITS as readonly number[]).indexOf(bits) : step === SUM ? TAPS : 0),
};

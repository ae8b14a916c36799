/** @file Scene 4: the price as an area. The standard convolution pays for every square, the split for the two edges. */
import { clamped, type Drawing, knob, mixed, path, rect, words } from "../../figure/drawing.ts";
import { type Figure, STILL, type View } from "../../figure/figure.ts";
import { DEPTHWISE, POINTWISE, STANDARD, whole } from "../../figure/shapes.ts";
import { GUESSES, MAX_KERNEL, MAX_OUTPUTS, type State } from "../state.ts";
import { askedKernel, priceOf } from "./price.ts";

/** Steps of the text: the area fills, a question, both edges to drag. */
const [FILLS, QUESTION, DRAG] = [0, 1, 2];

/** Outputs at which the area pauses while it fills: each time twice as many, up to the number set. */
function stopsFor(outputs: number): readonly number[] {
  const powers = [1, 2, 4, 8, 16, 32].filter((o) => o < outputs);
  return [...powers, outputs];
}

function layoutOf({ width, height, caption }: View) {
  const isWide = width > 520;
  const figures = isWide ? clamped(width * 0.062, 34, 70) : 26;
  const head = caption * 1.3 + figures * 1.45 + caption * (isWide ? 3.4 : 2.6);
  const line = caption * 6.4;
  const margin = isWide ? caption * 2.6 : 28;
  const unit = Math.min(
    (width - margin - (isWide ? caption * 1.2 : 20)) / MAX_OUTPUTS,
    (height - line - head - caption * 2.6) / 27,
  );
  const gap = Math.max(4, unit * 0.55);
  const edge = Math.max(unit * 1.1, 7);
  const top = head + gap + edge;
  return {
    isWide,
    figures,
    unit,
    gap,
    edge,
    x: margin + gap,
    y: top + Math.max(0, height - line - top - MAX_KERNEL ** 2 * unit - caption * 2.4) * 0.3,
    lineY: height - caption * 2.3,
    lineLeft: 12,
    lineWidth: width - 24,
  };
}
type Layout = ReturnType<typeof layoutOf>;

/** The line is logarithmic: every doubling has the same length. */
const SPAN = Math.log(GUESSES.max / GUESSES.min);
const lineX = ({ lineLeft, lineWidth }: Layout, value: number): number =>
  lineLeft + (lineWidth * Math.log(value / GUESSES.min)) / SPAN;
const lineValue = ({ lineLeft, lineWidth }: Layout, x: number): number =>
  clamped(GUESSES.min * Math.exp(((x - lineLeft) / lineWidth) * SPAN), GUESSES.min, GUESSES.max);

/** At most three significant figures. */
function rounded(value: number): string {
  return value.toFixed(value < 1.1 ? 2 : value < 20 ? 1 : 0);
}

const isHidden = ({ step, state }: View): boolean => step === QUESTION && state.guess === null;

/** Both prices, and the ratio. */
function totals(view: View, own: Layout): Drawing {
  const { width, caption, state, text } = view;
  const { isWide, figures } = own;
  const { k, o } = state;
  const { standard, separable, ratio } = priceOf(k, o);
  const second = isWide ? width * 0.38 : width * 0.52;
  const [title, number, formula] = [caption * 0.7, caption * 0.9 + figures * 0.75, caption * 1.3 + figures * 1.45];
  const column = (key: string, x: number, what: string, value: number, how: string, fill: string): Drawing => [
    words(`${key}-title`, x, title, what, { size: caption, bold: true, fill }),
    words(`${key}-price`, x, number, isHidden(view) ? "?" : whole(value), { size: figures, bold: true, fill }),
    words(`${key}-formula`, x, formula, how, { size: caption, fill: "var(--soft)" }),
  ];
  const isDearer = ratio < 1;
  return [
    column(
      "standard",
      0,
      isWide ? text.price.everySquare : text.standard,
      standard,
      `k² × O = ${k * k} × ${o}`,
      STANDARD,
    ),
    column(
      "separable",
      second,
      isWide ? text.price.twoEdges : text.separable,
      separable,
      `k² + O = ${k * k} + ${o}`,
      POINTWISE,
    ),
    isWide && [
      words("ratio-title", width, title, isDearer ? text.price.dearer : text.price.cheaper, {
        size: caption,
        bold: true,
        anchor: "end",
        fill: isDearer && !isHidden(view) ? "var(--bad)" : "var(--ink)",
      }),
      words("ratio", width, number, isHidden(view) ? "?" : text.times(rounded(isDearer ? 1 / ratio : ratio)), {
        size: figures,
        bold: true,
        anchor: "end",
      }),
    ],
  ];
}

/** Lines between squares, from 1 up to a count. */
function lines(key: string, x: number, y: number, width: number, height: number, unit: number): Drawing {
  if (unit <= 4) return [];
  let d = "";
  for (let i = 1; i * unit < width - 0.5; i++) d += `M${x + i * unit} ${y}v${height}`;
  for (let j = 1; j * unit < height - 0.5; j++) d += `M${x} ${y + j * unit}h${width}`;
  return [d !== "" && path(key, d, "stroke:var(--paper);stroke-width:1")];
}

/** k² down, O across: squares, and their two edges. */
function area(view: View, own: Layout): Drawing {
  const { caption, state, text } = view;
  const { x, y, unit, gap, edge, isWide } = own;
  const { k, o } = state;
  const [width, height] = [o * unit, k * k * unit];
  const board = [MAX_OUTPUTS * unit, MAX_KERNEL ** 2 * unit] as const;
  return [
    rect("board", x, y, board[0], board[1], "fill:var(--faint)"),
    lines("board-lines", x, y, board[0], board[1], unit),
    rect("area", x, y, width, height, `fill:${mixed(STANDARD, 80)}`),
    lines("area-lines", x, y, width, height, unit),
    rect("stamp", x - gap - edge, y, edge, height, `fill:${DEPTHWISE}`),
    lines("stamp-lines", x - gap - edge, y, edge, height, unit),
    rect("needles", x, y - gap - edge, width, edge, `fill:${POINTWISE}`),
    lines("needles-lines", x, y - gap - edge, width, edge, unit),
    words("taps", x - gap - edge - 7, y + height / 2, k * k, {
      size: caption,
      bold: true,
      anchor: "end",
      fill: DEPTHWISE,
    }),
    words(
      "outputs",
      Math.max(x + width / 2, x + caption),
      y - gap - edge - caption * 0.75,
      isWide && o > 8 ? text.price.needles(o) : o,
      {
        size: caption,
        bold: true,
        anchor: "middle",
        fill: POINTWISE,
      },
    ),
    words("set", x, y + board[1] + caption, `k = ${k}, O = ${o}`, { size: caption, fill: "var(--soft)" }),
  ];
}

/** The handles of both edges. */
function knobs(view: View, own: Layout): Drawing {
  const { state, step, text } = view;
  if (step !== DRAG) return [];
  const { x, y, unit } = own;
  const { k, o } = state;
  const [width, height] = [o * unit, k * k * unit];
  const look = "fill:var(--paper);stroke:var(--ink);stroke-width:3;";
  const [right, bottom] = [
    [x + width, y + height / 2],
    [x + width / 2, y + height],
  ];
  const mark = (key: string, [cx, cy]: readonly number[], d: string): Drawing => [
    path(
      key,
      d,
      `transform:translate(${cx}px,${cy}px);fill:none;stroke:var(--ink);stroke-width:2.4;pointer-events:none`,
    ),
  ];
  return [
    knob("knob-o", right[0], right[1], 14, `${look}cursor:ew-resize`, {
      name: "o",
      label: text.price.handles.o,
      value: o,
      min: 1,
      max: MAX_OUTPUTS,
      words: text.price.outputs(o),
    }),
    mark("mark-o", right, "M-3 -4l-4 4l4 4M3 -4l4 4l-4 4"),
    knob("knob-k", bottom[0], bottom[1], 14, `${look}cursor:ns-resize`, {
      name: "k",
      label: text.price.handles.k,
      value: k,
      min: 1,
      max: MAX_KERNEL,
      words: `${k} × ${k}`,
    }),
    mark("mark-k", bottom, "M-4 -3l4 -4l4 4M-4 3l4 4l4 -4"),
  ];
}

const TICKS = [0.5, 1, 2, 3, 5, 8, 10, 20, 30, 40];
/** The ticks that do not fit on a phone. */
const WIDE_TICKS = [3, 8, 30];

/** The line for the guess and the answer. */
function numberLine(view: View, own: Layout): Drawing {
  const { width, caption, state, step, text } = view;
  const { isWide, lineLeft, lineWidth, lineY } = own;
  const { ratio } = priceOf(state.k, state.o);
  const at = lineX(own, clamped(ratio, GUESSES.min, GUESSES.max));
  return [
    path("line", `M${lineLeft} ${lineY}H${lineLeft + lineWidth}`, "stroke:var(--soft);stroke-width:2"),
    TICKS.filter((tick) => isWide || !WIDE_TICKS.includes(tick)).map((tick): Drawing => {
      const x = lineX(own, tick);
      return [
        path(`tick${tick}`, `M${x} ${lineY - 6}v12`, "stroke:var(--soft);stroke-width:1.6"),
        words(
          `tick${tick}n`,
          clamped(x, caption * 0.6, width - caption * 0.6),
          lineY + caption * 1.25,
          tick === 0.5 ? "½" : tick,
          {
            size: caption,
            anchor: "middle",
            fill: "var(--soft)",
          },
        ),
      ];
    }),
    (isWide || state.guess === null || step !== QUESTION) &&
      words("line-title", lineLeft, lineY - caption * 3.1, text.price.line, { size: caption, fill: "var(--soft)" }),
    step === QUESTION
      ? guess(view, own, ratio)
      : [
          path("answer", `M${at} ${lineY}l-9 -15h18z`, `fill:${STANDARD}`),
          words("answer-words", clamped(at, 40, width - 40), lineY - caption * 1.75, text.times(rounded(ratio)), {
            size: caption * 1.2,
            bold: true,
            anchor: "middle",
            fill: STANDARD,
          }),
        ],
  ];
}

function guess({ width, caption, state, text }: View, own: Layout, ratio: number): Drawing {
  const { lineY } = own;
  const [x, at] = [lineX(own, state.aim), lineX(own, ratio)];
  const given = state.guess;
  const bold = { size: caption, bold: true } as const;
  return [
    path("diamond", `M${x} ${lineY - 12}l12 12l-12 12l-12 -12z`, "fill:var(--paper);stroke:var(--ink);stroke-width:3"),
    given !== null && [
      path("miss", `M${x} ${lineY}H${at}`, `stroke:${STANDARD};stroke-width:5`),
      path("answer", `M${at} ${lineY - 15}v30`, `stroke:${STANDARD};stroke-width:5`),
      words("verdict", width - 2, lineY - caption * 3.1, text.price.verdict(given, ratio), {
        ...bold,
        anchor: "end",
        fill: STANDARD,
      }),
      Math.abs(at - x) > caption * 6 &&
        words("answer-words", at, lineY - caption * 1.6, rounded(ratio), { ...bold, anchor: "middle", fill: STANDARD }),
    ],
    words(
      "guess-words",
      clamped(x, caption * 3, width - caption * 3),
      lineY - caption * 1.6,
      given === null ? text.price.yourGuess : text.price.you(rounded(given)),
      {
        ...bold,
        anchor: "middle",
      },
    ),
    knob("knob-guess", x, lineY, 18, "fill:transparent;cursor:ew-resize", {
      name: "guess",
      label: text.price.handles.guess,
      value: Number(rounded(state.aim)),
      min: GUESSES.min,
      max: GUESSES.max,
      words: given === null ? text.times(rounded(state.aim)) : text.price.verdict(given, ratio),
    }),
  ];
}

/** The kernel whose k² is nearest to a height. */
function kernelAt(taps: number): number {
  const kernels = Array.from({ length: MAX_KERNEL }, (_, i) => i + 1);
  return kernels.reduce((best, k) => (Math.abs(k * k - taps) < Math.abs(best * best - taps) ? k : best));
}

export const priceFigure: Figure = {
  timeline: ({ o }, step) => {
    const { length } = stopsFor(o);
    if (step !== FILLS) return STILL;
    return { count: length, seconds: (at) => (at === length - 1 ? 5 : at === 0 ? 1.2 : 0.7), loops: length > 1 };
  },
  shown: (state, step, at, isSet): State => {
    if (step === FILLS && !isSet) return { ...state, o: stopsFor(state.o)[at] };
    return step === QUESTION ? { ...state, k: askedKernel(state) } : state;
  },
  draw: (view) => {
    const own = layoutOf(view);
    return [totals(view, own), area(view, own), numberLine(view, own), knobs(view, own)];
  },
  says: (view) => {
    if (isHidden(view)) return view.text.price.saysQuestion(view.state.k, view.state.o);
    const { standard, separable, ratio } = priceOf(view.state.k, view.state.o);
    return view.text.price.says(whole(standard), whole(separable), ratio);
  },
  numbers: (view) => {
    const { k, o } = view.state;
    const { standard, separable } = priceOf(k, o);
    if (isHidden(view)) return [[view.text.price.saysQuestion(k, o)]];
    return [[`k = ${k}, O = ${o}`], [view.text.standard, whole(standard)], [view.text.separable, whole(separable)]];
  },
  drag: (view, handle, x, y) => {
    const own = layoutOf(view);
    if (handle === "o") return { o: clamped(Math.round((x - own.x) / own.unit), 1, MAX_OUTPUTS) };
    if (handle === "k") return { k: kernelAt((y - own.y) / own.unit) };
    return { aim: lineValue(own, x), guess: null };
  },
  drop: ({ state }, handle) => (handle === "guess" ? { guess: state.aim } : {}),
  nudge: ({ state }, handle, by) => {
    if (handle === "o") return { o: clamped(state.o + by, 1, MAX_OUTPUTS) };
    if (handle === "k") return { k: clamped(state.k + by, 1, MAX_KERNEL) };
    return { aim: clamped(state.aim * Math.exp(by * 0.08), GUESSES.min, GUESSES.max), guess: null };
  },
  atOf: ({ o }, step) => (step === FILLS ? stopsFor(o).length - 1 : 0),
};

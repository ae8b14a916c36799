/** @file Section 2: guess what a block saves, see what the formula says, and measure what arrives. */
import { conv2dCost, conv2dGeometry } from "../../../src/index.ts";
import { ask, awake } from "../engine/client.ts";
import type { Block, BlockTime } from "../engine/jobs.ts";
import { keeps, type Parameters } from "../story/address.ts";
import { t } from "../text/language.ts";
import { action, button, slider, table } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { integer, milliseconds, times } from "../view/numbers.ts";

const state = {
  block: { kernel: 3, inputs: 64, outputs: 64, resolution: 28 } as Block,
  guess: 4,
  isRevealed: false,
  measured: [] as readonly BlockTime[],
  slept: false,
  /** Counts blocks and measurements: what comes from an earlier one is late, and left out. */
  turn: 0,
};

const CHANNELS = [4, 8, 16, 32, 64, 128];
const KERNELS = [1, 2, 3, 4, 5, 6, 7];
const SIDES = [7, 14, 28, 56];

/** Names in the address, and the values that each can have. */
const NAMES = {
  k: ["kernel", KERNELS],
  o: ["outputs", CHANNELS],
  c: ["inputs", CHANNELS],
  side: ["resolution", SIDES],
} as const satisfies Readonly<Record<string, readonly [keyof Block, readonly number[]]>>;
const FIRST = state.block;

keeps("predict", {
  write: () =>
    new Map(
      Object.entries(NAMES).flatMap(([short, [name]]) =>
        state.block[name] === FIRST[name] ? [] : [[short, String(state.block[name])]],
      ),
    ),
  read: (parameters: Parameters) => {
    const given = Object.entries(NAMES).flatMap(([short, [name, values]]) => {
      const value = values.find((one) => String(one) === parameters.get(short));
      return value === undefined ? [] : [[name, value]];
    });
    const block = { ...FIRST, ...Object.fromEntries(given) };
    if (JSON.stringify(block) === JSON.stringify(state.block)) return;
    state.block = block;
    state.isRevealed = false;
    state.measured = [];
    state.turn++;
  },
});

interface Saving {
  readonly standard: number;
  readonly depthwise: number;
  readonly pointwise: number;
  readonly ratio: number;
}

/** Multiply-accumulates of both versions, counted from their geometry. */
export function savingOf({ kernel, inputs, outputs, resolution }: Block): Saving {
  const input = [1, resolution, resolution, inputs];
  const same = { padding: "same" } as const;
  const standard = conv2dCost(conv2dGeometry(input, [kernel, kernel, inputs, outputs], same)).macs;
  const depthwise = conv2dCost(conv2dGeometry(input, [kernel, kernel, inputs, 1], same, "depthwiseConv2d")).macs;
  const pointwise = conv2dCost(conv2dGeometry(input, [inputs, outputs], {}, "pointwiseConv2d")).macs;
  return { standard, depthwise, pointwise, ratio: standard / (depthwise + pointwise) };
}

/** Of the page as it is now: it is built anew in the other language, and a measurement may end behind that. */
let showMeasured = (): void => {};

export function predictSection(body: HTMLElement): void {
  const text = t().predict;
  const [answer, verdict, measured] = [
    h("div", { class: "answer" }),
    h("p", { tabindex: -1 }),
    h("div", { class: "measured", "aria-live": "polite" }),
  ];
  const set = (change: Partial<Block>): void => {
    state.block = { ...state.block, ...change };
    state.isRevealed = false;
    state.measured = [];
    state.turn++;
    show();
  };
  const number = (name: keyof Block, values: readonly number[]): HTMLElement =>
    slider({ label: text.block[name], values, value: state.block[name], onChange: (value) => set({ [name]: value }) });

  const see = button(
    text.see,
    () => {
      state.isRevealed = true;
      show();
      verdict.focus(); // the button has gone
    },
    { class: "primary" },
  );
  const measure = action("predict", text.measure, t().measuring, async () => {
    const turn = ++state.turn;
    state.measured = [];
    showMeasured();
    const { slept } = await awake(
      ask("timeBlock", state.block, (time) => {
        if (turn !== state.turn) return;
        state.measured = [...state.measured, time];
        showMeasured();
      }),
    );
    if (turn !== state.turn) return;
    state.slept = slept;
    showMeasured();
  });
  showMeasured = () =>
    fill(measured, state.measured.length > 0 && arrived(state.measured, savingOf(state.block).ratio, state.slept));
  const showVerdict = (): void => {
    const { ratio } = savingOf(state.block);
    fill(verdict, text.verdict(state.guess, times(ratio), Math.abs(state.guess - ratio) / ratio));
  };
  const show = (): void => {
    if (!state.isRevealed) {
      fill(answer, see);
      return;
    }
    const { kernel: k, outputs: O } = state.block;
    const { standard, depthwise, pointwise, ratio } = savingOf(state.block);
    fill(
      answer,
      h(
        "p",
        { class: "formula big" },
        `1/O + 1/k² = 1/${O} + 1/${k * k} = ${(1 / O + 1 / (k * k)).toFixed(4)} = 1 / `,
        h("strong", { class: "value", "data-ratio": ratio }, ratio.toFixed(2)),
      ),
      verdict,
      bars([
        [text.standard, standard, "standard", integer(standard)],
        [text.depthwise, depthwise, "depthwise", integer(depthwise)],
        [text.pointwise, pointwise, "pointwise", integer(pointwise)],
      ]),
      measure,
      measured,
    );
    showVerdict();
    showMeasured();
  };

  fill(
    body,
    h(
      "div",
      { class: "controls" },
      number("kernel", KERNELS),
      number("outputs", CHANNELS),
      number("inputs", CHANNELS),
      number("resolution", SIDES),
      slider({
        label: text.guess,
        values: Array.from({ length: 80 }, (_, i) => (i + 1) / 2),
        value: state.guess,
        show: times,
        onChange: (guess) => {
          state.guess = guess;
          if (state.isRevealed) showVerdict();
        },
      }),
    ),
    answer,
  );
  show();
}

/** Bars to scale, the longest as wide as there is room. */
function bars(rows: readonly (readonly [label: string, value: number, kind: string, shown: string])[]): HTMLElement {
  const max = Math.max(...rows.map(([, value]) => value));
  return h(
    "div",
    { class: "bars" },
    ...rows.flatMap(([label, value, kind, shown]) => [
      h("span", { class: "label" }, label),
      h("span", { class: "bar" }, h("span", { class: `fill ${kind}`, style: `width: ${(100 * value) / max}%` })),
      h("span", { class: "number" }, shown),
    ]),
  );
}

function arrived(measured: readonly BlockTime[], promised: number, slept: boolean): HTMLElement {
  const text = t().predict;
  const rows = measured.map(({ tier, standardMs, separableMs }) => [
    tier,
    milliseconds(standardMs),
    milliseconds(separableMs),
    times(standardMs / separableMs),
    `${Math.round((100 * standardMs) / separableMs / promised)} %`,
  ]);
  return h(
    "div",
    {},
    slept && h("p", { class: "trouble" }, t().slept),
    table(text.here, [text.tier, text.standard, text.separable, text.arrived, text.ofPromise(times(promised))], rows),
    h("p", { class: "hint" }, text.why),
  );
}

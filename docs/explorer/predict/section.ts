/** @file Section 2: guess what a block saves, see what the formula says, and measure what arrives. */
import { conv2dCost, conv2dGeometry } from "../../../src/index.ts";
import { ask, awake } from "../engine/client.ts";
import type { Block, BlockTime } from "../engine/jobs.ts";
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
};

const CHANNELS = [4, 8, 16, 32, 64, 128];

export interface Saving {
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

export function predictSection(body: HTMLElement): void {
  const text = t().predict;
  const answer = h("div", { class: "answer", "aria-live": "polite" });
  const set = (change: Partial<Block>): void => {
    state.block = { ...state.block, ...change };
    state.isRevealed = false;
    state.measured = [];
    reveal();
  };
  const number = (name: keyof Block, values: readonly number[]): HTMLElement =>
    slider({ label: text.block[name], values, value: state.block[name], onChange: (value) => set({ [name]: value }) });

  const reveal = (): void => {
    if (!state.isRevealed) {
      fill(
        answer,
        button(
          text.see,
          () => {
            state.isRevealed = true;
            reveal();
          },
          { class: "primary" },
        ),
      );
      return;
    }
    const { kernel: k, outputs: N } = state.block;
    const saving = savingOf(state.block);
    const { standard, depthwise, pointwise, ratio } = saving;
    const times_ = h("div", { class: "measured" });
    fill(
      answer,
      h(
        "p",
        { class: "formula big" },
        `1/N + 1/k² = 1/${N} + 1/${k * k} = ${(1 / N + 1 / (k * k)).toFixed(4)} = 1 / `,
        h("strong", { class: "value", "data-ratio": ratio }, ratio.toFixed(2)),
      ),
      h("p", {}, text.verdict(state.guess, times(ratio), Math.abs(state.guess - ratio) / ratio)),
      bars([
        [text.standard, standard, "standard", integer(standard)],
        [text.depthwise, depthwise, "depthwise", integer(depthwise)],
        [text.pointwise, pointwise, "pointwise", integer(pointwise)],
      ]),
      action(text.measure, t().measuring, async () => {
        state.measured = [];
        const { slept } = await awake(
          ask("timeBlock", state.block, (time) => {
            state.measured = [...state.measured, time];
            fill(times_, arrived(state.measured, ratio, false));
          }),
        );
        state.slept = slept;
        fill(times_, arrived(state.measured, ratio, slept));
      }),
      times_,
    );
    if (state.measured.length > 0) fill(times_, arrived(state.measured, ratio, state.slept));
  };

  fill(
    body,
    h(
      "div",
      { class: "controls" },
      number("kernel", [1, 2, 3, 4, 5, 6, 7]),
      number("outputs", CHANNELS),
      number("inputs", CHANNELS),
      number("resolution", [7, 14, 28, 56]),
      slider({
        label: text.guess,
        values: Array.from({ length: 39 }, (_, i) => 1 + i / 2),
        value: state.guess,
        show: times,
        onChange: (guess) => {
          state.guess = guess;
          reveal();
        },
      }),
    ),
    answer,
  );
  reveal();
}

/** Bars to scale, the longest as wide as there is room. */
function bars(rows: readonly (readonly [label: string, value: number, kind: string, shown: string])[]): HTMLElement {
  const most = Math.max(...rows.map(([, value]) => value));
  return h(
    "div",
    { class: "bars" },
    ...rows.flatMap(([label, value, kind, shown]) => [
      h("span", { class: "label" }, label),
      h("span", { class: "bar" }, h("span", { class: `fill ${kind}`, style: `width: ${(100 * value) / most}%` })),
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

/** @file The roofline of this browser, with a mark for each layer of a network. */
import { analyze, type Ceilings, peakOf, type Reason, type RooflineRow, roofline } from "../../../src/index.ts";
import { ask, awake } from "../engine/client.ts";
import type { Profile } from "../engine/measure.ts";
import type { NetworkName } from "../engine/networks.ts";
import { usualWay, type Way } from "../engine/ways.ts";
import { chooseLayer } from "../map/section.ts";
import { t } from "../text/language.ts";
import { action, button, table } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { graphOf, networkChooser, networkName, wayChoice, wayName, whichOf } from "../view/networks.ts";
import { milliseconds, percent } from "../view/numbers.ts";
import { type ChartTexts, chart, type Dot, markOf, type Roofs } from "./chart.ts";

interface Measured {
  readonly network: string;
  readonly way: Way;
  readonly ceilings: Ceilings;
  readonly peak: number;
  readonly rows: readonly Row[];
  readonly slept: boolean;
}

/** A layer with its quartiles and what bounds it; "open" if its fast and slow runs disagree. */
interface Row extends Omit<RooflineRow, "reason"> {
  readonly reason: Reason | "open";
  readonly quarter: number;
  readonly threeQuarters: number;
}

const FIRST: NetworkName = "MobileNetV1 0.25";

const state = {
  network: FIRST as string,
  way: usualWay(),
  measured: null as Measured | null,
};

/** Roofs of the sketch: a shape that every machine has. */
const SKETCH: Roofs = { peak: 20, near: 40, far: 8 };

/** Layers against the machine's ceilings, by their mean time and by its quartiles. */
export function rowsOf({ rows, graph }: Profile, ceilings: Ceilings, peak: number): readonly Row[] {
  const by = (part: "ms" | "quarter" | "threeQuarters"): readonly RooflineRow[] =>
    roofline(graph, new Map(rows.map((row) => [row.name, row[part]])), ceilings, peak);
  const [quick, slow] = [by("quarter"), by("threeQuarters")];
  return by("ms").map((row, i) => {
    const isSure = quick[i].reason === row.reason && slow[i].reason === row.reason;
    return { ...row, reason: isSure ? row.reason : "open", quarter: quick[i].ms, threeQuarters: slow[i].ms };
  });
}

const gflopsOf = (macs: number, ms: number): number => (2 * macs) / ms / 1e6;

/** Updates the current page: it may be rebuilt in the other language before a measurement ends. */
let show = (): void => {};

export function rooflineBench(body: HTMLElement): void {
  const text = t().roofline;
  const place = h("div");
  const texts = (network: string): ChartTexts => ({
    label: text.label(networkName(network)),
    peak: text.roofs.peak,
    near: text.roofs.near,
    far: text.roofs.far,
    axis: text.axis,
    describe: ({ name, gflops, intensity }) =>
      `${name}: ${gflops.toFixed(1)} GFLOP/s, ${intensity.toFixed(1)} FLOP/byte`,
  });
  const drawn = (svg: SVGElement, network: string): HTMLElement =>
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": texts(network).label }, svg);

  const sketch = (): void => {
    const layers = analyze(graphOf(state.network)).layers.filter(({ macs }) => macs > 0);
    const dots = layers.map(({ name, kind, macs, weightBytes, inputBytes, outputBytes }): Dot => {
      const intensity = (2 * macs) / (weightBytes + inputBytes + outputBytes);
      const gflops = Math.min(SKETCH.peak, intensity * SKETCH.near);
      return { name, kind, intensity, gflops, low: gflops, high: gflops };
    });
    fill(
      place,
      h("p", { class: "hint" }, text.before),
      drawn(
        chart(dots, SKETCH, { ...texts(state.network), describe: ({ name }) => name }, true, () => {}),
        state.network,
      ),
      legend(layers.map(({ kind }) => kind)),
    );
  };

  show = () => {
    if (state.measured === null) return sketch();
    const { network, way, ceilings, peak, rows, slept } = state.measured;
    const told = h("p", { class: "story", "aria-live": "polite" }, text.choose);
    const seen = rows.filter(({ macs, ms }) => macs > 0 && ms > 0);
    const tell = ({ name }: Dot): void => {
      const row = seen.find((one) => one.name === name);
      if (row === undefined) return;
      const { macs, ms, share, reason, intensity } = row;
      fill(
        told,
        h("strong", {}, name),
        ` ${text.story(milliseconds(ms), gflopsOf(macs, ms).toFixed(1), intensity.toFixed(1), percent(share), text.reasons[reason])} `,
        button(text.inMap, () => chooseLayer(network, name), { class: "sets" }),
      );
      for (const mark of place.querySelectorAll(".spot")) {
        mark.classList.toggle("chosen", mark.getAttribute("data-layer") === name);
      }
      for (const line of place.querySelectorAll("tbody tr")) {
        line.classList.toggle("chosen", line.querySelector("th")?.textContent === name);
      }
    };
    const dots = seen.map(
      ({ name, kind, intensity, macs, ms, quarter, threeQuarters }): Dot => ({
        name,
        kind,
        intensity,
        gflops: gflopsOf(macs, ms),
        low: gflopsOf(macs, threeQuarters),
        high: gflopsOf(macs, quarter),
      }),
    );
    const [near, far] = [ceilings.reads[0].gbps, ceilings.reads[ceilings.reads.length - 1].gbps];
    fill(
      place,
      slept && h("p", { class: "trouble" }, t().slept),
      h("p", {}, text.ceilings(ceilings.threads, peak.toFixed(1), near.toFixed(0), far.toFixed(0))),
      drawn(chart(dots, { peak, near, far }, texts(network), false, tell), network),
      legend(seen.map(({ kind }) => kind)),
      told,
      h("p", { class: "hint" }, text.legend),
      table(
        text.table(networkName(network), wayName(way)),
        [text.layer, text.kind, text.time, text.intensity, text.share, text.reason],
        seen.map(({ name, kind, ms, intensity, share, reason }) => [
          name,
          t().map.kinds[kind],
          milliseconds(ms),
          intensity.toFixed(1),
          percent(share),
          text.reasons[reason],
        ]),
      ),
    );
  };
  const chooser = networkChooser(
    "roofline",
    state,
    FIRST,
    () => state.measured === null && show(),
    (isNetwork) => {
      if (isNetwork && state.measured === null) show();
    },
  );
  fill(
    body,
    h(
      "div",
      { class: "controls" },
      chooser,
      wayChoice(state.way, (way) => {
        state.way = way;
      }),
      action("roofline", text.measure, async (signal, tell) => {
        const { network, way } = state;
        const half =
          (from: number) =>
          (share: number): void =>
            tell(from + share / 2);
        const { result, slept } = await awake(
          (async () => {
            const ceilings = await ask("ceilings", { threads: way.threads }, { signal, tell: half(0) });
            const where = { network: whichOf(network), ...way };
            return { ceilings, profile: await ask("profile", where, { signal, tell: half(0.5) }) };
          })(),
        );
        const { ceilings, profile } = result;
        const peak = peakOf(ceilings, { backend: profile.backend, precision: "exact" });
        state.measured = { network, way, ceilings, peak, rows: rowsOf(profile, ceilings, peak), slept };
        show();
      }),
    ),
    globalThis.crossOriginIsolated !== true && h("p", { class: "notice", role: "note" }, t().oneThread),
    place,
  );
  show();
}

/** The legend of marks, by kind. */
function legend(kinds: readonly RooflineRow["kind"][]): HTMLElement {
  return h(
    "p",
    { class: "legend" },
    ...[...new Set(kinds)].map((kind) => h("span", { class: `key-mark ${kind}` }, markOf(kind), t().map.kinds[kind])),
  );
}

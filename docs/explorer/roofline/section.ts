/** @file Section 5: the roofline of this browser, with a dot for each layer of a network. */
import { type Ceilings, peakOf, type RooflineRow, roofline } from "../../../src/index.ts";
import { ask, awake } from "../engine/client.ts";
import type { NetworkName } from "../engine/networks.ts";
import { usualWay, type Way } from "../engine/ways.ts";
import { t } from "../text/language.ts";
import { action, table } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { legend } from "../view/legend.ts";
import { networkChooser, networkName, wayChoice, wayName } from "../view/networks.ts";
import { milliseconds, percent } from "../view/numbers.ts";
import { chart } from "./chart.ts";

interface Measured {
  readonly network: string;
  readonly way: Way;
  readonly ceilings: Ceilings;
  readonly peak: number;
  readonly rows: readonly RooflineRow[];
  readonly slept: boolean;
}

const FIRST: NetworkName = "MobileNetV1 0.25";

const state = {
  network: FIRST as string,
  way: usualWay(),
  measured: null as Measured | null,
};

/** Of the page as it is now: it is built anew in the other language, and a measurement may end behind that. */
let show = (): void => {};

export function rooflineSection(body: HTMLElement): void {
  const text = t().roofline;
  const place = h("div");
  show = () => {
    if (state.measured === null) {
      fill(place, h("p", { class: "hint" }, text.before));
      return;
    }
    const { network, way, ceilings, peak, rows, slept } = state.measured;
    const story = h("p", { class: "story", "aria-live": "polite" }, text.choose);
    const tell = ({ name, macs, ms, share, reason, intensity }: RooflineRow): void => {
      const gflops = ((2 * macs) / ms / 1e6).toFixed(1);
      fill(
        story,
        h("strong", {}, name),
        ` ${text.story(milliseconds(ms), gflops, intensity.toFixed(1), percent(share), text.reasons[reason])}`,
      );
    };
    const seen = rows.filter(({ macs, ms }) => macs > 0 && ms > 0);
    fill(
      place,
      slept && h("p", { class: "trouble" }, t().slept),
      h(
        "p",
        {},
        text.ceilings(
          ceilings.threads,
          peak.toFixed(1),
          ceilings.reads[0].gbps.toFixed(0),
          ceilings.reads[ceilings.reads.length - 1].gbps.toFixed(0),
        ),
      ),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": text.label(networkName(network)) },
        chart(seen, ceilings, peak, text.label(networkName(network)), tell),
      ),
      legend(),
      h("p", { class: "hint" }, text.legend),
      story,
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
    () => {},
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
      action("roofline", text.measure, t().measuring, async () => {
        const { network, way } = state;
        const { result, slept } = await awake(
          (async () => {
            const ceilings = await ask("ceilings", { threads: way.threads });
            return { ceilings, profile: await ask("profile", { network, ...way }) };
          })(),
        );
        const { ceilings, profile } = result;
        const peak = peakOf(ceilings, { backend: profile.backend, precision: "exact" });
        const rows = roofline(profile.graph, new Map(profile.rows.map(({ name, ms }) => [name, ms])), ceilings, peak);
        state.measured = { network, way, ceilings, peak, rows, slept };
        show();
      }),
    ),
    globalThis.crossOriginIsolated !== true && h("p", { class: "notice", role: "note" }, t().oneThread),
    place,
  );
  show();
}

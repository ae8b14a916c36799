/** @file Section 5: the roofline of this browser, with a dot for each layer of a network. */
import { type Ceilings, peakOf, type RooflineRow, roofline, TIERS, type Tier } from "../../../src/index.ts";
import { ask, awake } from "../engine/client.ts";
import { NETWORK_NAMES } from "../engine/networks.ts";
import { t } from "../text/language.ts";
import { action, choice, table } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { milliseconds, percent } from "../view/numbers.ts";
import { chart } from "./chart.ts";

export interface Measured {
  readonly network: string;
  readonly tier: Tier;
  readonly ceilings: Ceilings;
  readonly peak: number;
  readonly rows: readonly RooflineRow[];
  readonly slept: boolean;
}

const state = { network: "MobileNetV1 0.25" as string, tier: "simd" as Tier, measured: null as Measured | null };

export function rooflineSection(body: HTMLElement): void {
  const text = t().roofline;
  const place = h("div");
  const show = (): void => {
    if (state.measured === null) {
      fill(place, h("p", { class: "hint" }, text.before));
      return;
    }
    const { network, tier, ceilings, peak, rows, slept } = state.measured;
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
          peak.toFixed(1),
          ceilings.reads[0].gbps.toFixed(0),
          ceilings.reads[ceilings.reads.length - 1].gbps.toFixed(0),
        ),
      ),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": text.label(network) },
        chart(seen, ceilings, peak, text.label(network), tell),
      ),
      story,
      table(
        text.table(network, tier),
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
  fill(
    body,
    h(
      "div",
      { class: "controls" },
      choice(
        t().map.network,
        NETWORK_NAMES.map((name) => [name, name === "fashion" ? t().map.fashion : name] as const),
        state.network,
        (network) => {
          state.network = network;
        },
      ),
      choice(
        t().map.tier,
        TIERS.map((tier) => [tier, tier] as const),
        state.tier,
        (tier) => {
          state.tier = tier;
        },
      ),
      action(text.measure, t().measuring, async () => {
        const { network, tier } = state;
        const { result, slept } = await awake(
          (async () => {
            const ceilings = await ask("ceilings", { threads: 1 });
            return { ceilings, profile: await ask("profile", { network, tier, threads: 1 }) };
          })(),
        );
        const { ceilings, profile } = result;
        const peak = peakOf(ceilings, { backend: profile.backend, precision: "exact" });
        const rows = roofline(profile.graph, new Map(profile.rows.map(({ name, ms }) => [name, ms])), ceilings, peak);
        state.measured = { network, tier, ceilings, peak, rows, slept };
        show();
      }),
    ),
    place,
  );
  show();
}

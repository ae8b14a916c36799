/** @file The code that computes a layer, in each tier. */
import { emittedLayer, type Graph, TIERS } from "../../../src/index.ts";
import { CHOICES } from "../../../src/kernels/tiers.ts";
import { t } from "../text/language.ts";
import { button } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { sourceOf } from "./sources.ts";

let shownTier: (typeof TIERS)[number] = "naive";

export function codeOf(graph: Graph, name: string): HTMLElement {
  const text = t().map;
  const node = graph.nodes.find((one) => one.name === name);
  const shown = h("div");
  const code = (lines: string): HTMLElement =>
    h("pre", { class: "code", tabindex: 0, role: "region", "aria-label": text.code }, h("code", {}, lines));
  const show = (): void => {
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.tier === shownTier));
    if (node === undefined) return;
    if (CHOICES[shownTier].emits) {
      const { launches } = emittedLayer(graph, name);
      const bytes = launches.reduce((sum, launch) => sum + launch.bytes, 0);
      fill(
        shown,
        h("p", { class: "hint" }, launches.length > 0 ? text.emitted(bytes) : text.hosted),
        ...launches.map((launch) => code(launch.text)),
      );
      return;
    }
    const source = sourceOf(shownTier, node.op);
    if (source) fill(shown, h("p", { class: "hint" }, source.path), code(source.code));
  };
  const tabs = TIERS.map((tier) =>
    button(
      tier,
      () => {
        shownTier = tier;
        show();
      },
      { "data-tier": tier },
    ),
  );
  show();
  return h(
    "section",
    {},
    h("h4", {}, text.code),
    h("div", { class: "buttons", role: "group", "aria-label": text.code }, ...tabs),
    shown,
  );
}

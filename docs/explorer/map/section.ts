/** @file Section 3: a network as a map, and all that there is to know of a layer. */
import { type Analysis, analyze, emittedLayer, type Graph, type LayerCost, TIERS } from "../../../src/index.ts";
import { ask, awake } from "../engine/client.ts";
import { current, onChange } from "../engine/picture.ts";
import type { Way } from "../engine/ways.ts";
import { t } from "../text/language.ts";
import { action, button } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { graphOf, networkChoice, wayChoice, wayName } from "../view/networks.ts";
import { bytes, extents, integer, milliseconds, percent } from "../view/numbers.ts";
import { drawing, drawn } from "./drawing.ts";
import { featureMaps, filterPictures } from "./featureMaps.ts";
import { sourceOf } from "./sources.ts";

const state = {
  network: "MobileNetV1 1.0" as string,
  way: { tier: "simd", threads: 1 } as Way,
  layer: null as string | null,
  code: "naive" as "naive" | "im2col" | "simd",
  /** Milliseconds of each layer by name, of the network and tier that were measured last. */
  times: new Map<string, number>(),
  measured: "",
};

export function mapSection(body: HTMLElement): void {
  const text = t().map;
  const [place, totals, detail] = [h("div"), h("p", { class: "totals" }), h("div", { class: "detail" })];
  const key = (): string => `${state.network}, ${wayName(state.way)}`;

  const show = (): void => {
    const graph = graphOf(state.network);
    const cost = analyze(graph);
    const layers = drawn(cost.layers);
    const map = drawing(
      layers,
      text.label(state.network),
      ({ name, kind, outputShape, macs }) =>
        `${name}: ${text.kinds[kind]}, ${extents(outputShape.slice(1))}, ${integer(macs)} MACs`,
      (layer) => {
        state.layer = layer.name;
        map.select(layer.name);
        showLayer(graph, cost, layer);
      },
    );
    fill(place, h("div", { class: "scroll map-scroll" }, map.element));
    const { macs, parameters } = cost.total;
    fill(totals, text.totals(integer(macs), integer(parameters.trainable), layers.length));
    const selected = layers.find(({ name }) => name === state.layer) ?? null;
    map.select(selected?.name ?? null);
    if (selected) showLayer(graph, cost, selected);
    else fill(detail, h("p", { class: "hint" }, text.choose));
  };

  const showLayer = (graph: Graph, { total }: Analysis, layer: LayerCost): void => {
    const { name, kind, inputShape, outputShape, kernel, strides, macs, parameters } = layer;
    const ms = state.measured === key() ? state.times.get(name) : undefined;
    const facts: readonly (readonly [string, string])[] = [
      [text.kind, text.kinds[kind]],
      [text.shape, `${extents(inputShape.slice(1))} → ${extents(outputShape.slice(1))}`],
      ...(kernel ? [[text.kernel, `${extents(kernel)}, ${text.stride} ${strides?.[0] ?? 1}`] as const] : []),
      [text.parameters, integer(parameters.trainable)],
      ["MACs", `${integer(macs)} (${percent(macs / total.macs)})`],
      [text.moved, bytes(layer.weightBytes + layer.inputBytes + layer.outputBytes)],
      [text.time, ms === undefined ? text.notMeasured : `${milliseconds(ms)} (${key()})`],
    ];
    const pictures = h("div", { class: "pictures" });
    fill(
      detail,
      h("h3", {}, name),
      h("dl", {}, ...facts.flatMap(([what, value]) => [h("dt", {}, what), h("dd", {}, value)])),
      pictures,
      codeOf(graph, name),
    );
    void look(name, pictures);
  };

  const look = async (layer: string, pictures: HTMLElement): Promise<void> => {
    const isTrained = state.network === "fashion" || state.network === "dropped";
    if (!isTrained) return fill(pictures, h("p", { class: "hint" }, text.untrained));
    const picture = state.network === "fashion" ? current().grey : current().photo;
    try {
      const { filter, output } = await ask("look", { network: state.network, layer, picture });
      if (!pictures.isConnected) return;
      fill(pictures, filter && filterPictures(filter), output && featureMaps(output));
    } catch (error) {
      fill(pictures, h("p", { class: "trouble", role: "alert" }, (error as Error).message));
    }
  };

  const codeOf = (graph: Graph, name: string): HTMLElement => {
    const node = graph.nodes.find((one) => one.name === name);
    const shown = h("div");
    const tabs = TIERS.map((tier) =>
      button(
        tier,
        () => {
          state.code = tier;
          showCode();
        },
        { "data-tier": tier },
      ),
    );
    const showCode = (): void => {
      for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.tier === state.code));
      if (node === undefined) return;
      if (state.code === "simd") {
        const { stages } = emittedLayer(graph, name);
        fill(
          shown,
          h(
            "p",
            { class: "hint" },
            stages.length > 0 ? text.emitted(stages.reduce((sum, stage) => sum + stage.bytes, 0)) : text.hosted,
          ),
          ...stages.map((stage) => code(stage.text)),
        );
        return;
      }
      const source = sourceOf(state.code, node.op);
      if (source) fill(shown, h("p", { class: "hint" }, source.path), code(source.code));
    };
    showCode();
    return h(
      "section",
      {},
      h("h4", {}, text.code),
      h("div", { class: "buttons", role: "group", "aria-label": text.code }, ...tabs),
      shown,
    );
  };

  const code = (lines: string): HTMLElement =>
    h("pre", { class: "code", tabindex: 0, role: "region", "aria-label": text.code }, h("code", {}, lines));

  const chooser = h("span");
  const showChooser = (): void =>
    fill(
      chooser,
      networkChoice(state.network, (network) => {
        state.network = network;
        state.layer = null;
        show();
      }),
    );
  showChooser();
  let dropped = current().network;
  onChange("map", () => {
    if (current().network !== dropped && state.network === "dropped") state.measured = "";
    dropped = current().network;
    showChooser();
    if (state.network === "dropped" || state.network === "fashion") show();
  });

  fill(
    body,
    h(
      "div",
      { class: "controls" },
      chooser,
      wayChoice(state.way, (way) => {
        state.way = way;
        show();
      }),
      action(text.measure, t().measuring, async () => {
        const asked = key();
        const { network, way } = state;
        const { result, slept } = await awake(ask("profile", { network, ...way }));
        state.times = new Map(result.rows.map(({ name, ms }) => [name, ms]));
        state.measured = asked;
        const sum = result.rows.reduce((all, { ms }) => all + ms, 0);
        show();
        fill(totals, `${totals.textContent} ${slept ? t().slept : text.whole(milliseconds(sum), asked)}`);
      }),
    ),
    h("p", { class: "hint" }, text.legend),
    h(
      "p",
      { class: "legend" },
      ...(["conv", "depthwise", "pointwise", "dense", "pool"] as const).map((kind) =>
        h("span", { class: `key ${kind}` }, text.kinds[kind]),
      ),
    ),
    place,
    totals,
    detail,
  );
  show();
}

/** @file Section 3: a network as a map, and all that there is to know of a layer. */
import { analyze, type Graph, type LayerCost } from "../../../src/index.ts";
import { ask, awake } from "../engine/client.ts";
import { NETWORK_NAMES, type NetworkName } from "../engine/networks.ts";
import { usualWay, type Way } from "../engine/ways.ts";
import { keeps, type Parameters } from "../story/address.ts";
import { t } from "../text/language.ts";
import { action } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { legend } from "../view/legend.ts";
import { graphOf, networkChooser, networkName, sameWay, wayChoice, wayName } from "../view/networks.ts";
import { bytes, extents, integer, milliseconds, percent } from "../view/numbers.ts";
import { codeOf } from "./code.ts";
import { drawing, drawn } from "./drawing.ts";
import { type Look, look } from "./look.ts";

interface Measured {
  readonly network: string;
  readonly way: Way;
  /** Milliseconds of each layer. */
  readonly times: ReadonlyMap<string, number>;
  readonly slept: boolean;
}

const FIRST: NetworkName = "MobileNetV1 1.0";

const state = {
  network: FIRST as string,
  way: usualWay(),
  layer: null as string | null,
  measured: null as Measured | null,
};

keeps("map", {
  write: () =>
    new Map([
      ...(state.network === FIRST || state.network === "dropped" ? [] : [["network", state.network] as const]),
      ...(state.layer === null ? [] : [["layer", state.layer] as const]),
    ]),
  read: (parameters: Parameters) => {
    state.network = NETWORK_NAMES.find((one) => one === parameters.get("network")) ?? FIRST;
    state.layer = parameters.get("layer") ?? null;
  },
});

/** Of the page as it is now: it is built anew in the other language, and a measurement may end behind that. */
let show = (): void => {};

export function mapSection(body: HTMLElement): void {
  const text = t().map;
  const [place, totals, detail] = [h("div"), h("p", { class: "totals" }), h("div", { class: "detail" })];
  let images: Look | null = null;

  /** What was measured of this network in this way. */
  const measuredHere = (): Measured | null => {
    const { measured, network, way } = state;
    return measured !== null && measured.network === network && sameWay(measured.way, way) ? measured : null;
  };
  const what = (): string => `${networkName(state.network)}, ${wayName(state.way)}`;

  show = () => {
    const graph = graphOf(state.network);
    const { layers, total } = analyze(graph);
    const shown = drawn(layers);
    const map = drawing(
      shown,
      text.label(networkName(state.network)),
      ({ name, kind, outputShape, macs }) =>
        `${name}: ${text.kinds[kind]}, ${extents(outputShape.slice(1))}, ${integer(macs)} MACs`,
      (layer) => {
        state.layer = layer.name;
        map.select(layer.name);
        showLayer(graph, total.macs, layer);
      },
    );
    fill(place, h("div", { class: "scroll map-scroll" }, map.element));
    const measured = measuredHere();
    const sum = [...(measured?.times.values() ?? [])].reduce((all, ms) => all + ms, 0);
    fill(
      totals,
      text.totals(
        integer(total.macs),
        integer(total.parameters.trainable),
        shown.filter(({ macs }) => macs > 0).length,
      ),
      measured && ` ${measured.slept ? t().slept : text.whole(milliseconds(sum), what())}`,
    );
    const selected = shown.find(({ name }) => name === state.layer) ?? null;
    map.select(selected?.name ?? null);
    if (selected) showLayer(graph, total.macs, selected);
    else fill(detail, h("p", { class: "hint" }, text.choose));
  };

  const showLayer = (graph: Graph, all: number, layer: LayerCost): void => {
    const { name, kind, inputShape, outputShape, kernel, strides, macs, parameters } = layer;
    const ms = measuredHere()?.times.get(name);
    const facts: readonly (readonly [string, string])[] = [
      [text.kind, text.kinds[kind]],
      [text.shape, `${extents(inputShape.slice(1))} → ${extents(outputShape.slice(1))}`],
      ...(kernel ? [[text.kernel, `${extents(kernel)}, ${text.stride} ${strides?.[0] ?? 1}`] as const] : []),
      [text.parameters, integer(parameters.trainable)],
      ["MACs", `${integer(macs)} (${percent(macs / all)})`],
      [text.moved, bytes(layer.weightBytes + layer.inputBytes + layer.outputBytes)],
      [text.time, ms === undefined ? text.notMeasured : `${milliseconds(ms)} (${what()})`],
    ];
    images = look(state.network, name);
    fill(
      detail,
      h("h3", {}, name),
      h("dl", {}, ...facts.flatMap(([fact, value]) => [h("dt", {}, fact), h("dd", {}, value)])),
      images.element,
      codeOf(graph, name),
    );
  };

  const chooser = networkChooser(
    "map",
    state,
    FIRST,
    () => {
      state.layer = null;
      show();
    },
    (isNetwork) => {
      if (isNetwork) show();
      else images?.update();
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
        show();
      }),
      action("map", text.measure, t().measuring, async () => {
        const { network, way } = state;
        const { result, slept } = await awake(ask("profile", { network, ...way }));
        state.measured = { network, way, times: new Map(result.rows.map(({ name, ms }) => [name, ms])), slept };
        show();
      }),
    ),
    h("p", { class: "hint" }, text.legend),
    legend(),
    place,
    totals,
    detail,
  );
  show();
}

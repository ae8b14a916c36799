/** @file A whole network as a map, and the details of a layer. */
import { analyze, type Graph, type LayerCost } from "../../../src/index.ts";
import { ask, awake } from "../engine/client.ts";
import { NETWORK_NAMES, type NetworkName } from "../engine/networks.ts";
import { usualWay, type Way } from "../engine/ways.ts";
import { keeps, type Parameters } from "../story/address.ts";
import { t } from "../text/language.ts";
import { action } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { legend } from "../view/legend.ts";
import { graphOf, networkChooser, networkName, sameWay, wayChoice, wayName, whichOf } from "../view/networks.ts";
import { bytes, extents, integer, milliseconds, percent } from "../view/numbers.ts";
import { codeOf } from "./code.ts";
import { drawing, drawn } from "./drawing.ts";
import { type Look, look } from "./look.ts";
import { twinWork } from "./twin.ts";

interface Measured {
  readonly network: string;
  readonly way: Way;
  /** Milliseconds per layer. */
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

/** Updates the current page: it may be rebuilt in the other language before a measurement ends. */
let show = (): void => {};

/** Shows a layer that was chosen anywhere on the page. */
export function chooseLayer(network: string, layer: string): void {
  state.network = network;
  state.layer = layer;
  rebuild();
  location.assign("#map");
}

/** Rebuilds the current page's map, including the choice of a network. */
let rebuild = (): void => {};

export function mapBench(body: HTMLElement): void {
  rebuild = () => mapBench(body);
  const text = t().map;
  const [place, totals, detail] = [h("div"), h("p", { class: "totals" }), h("div", { class: "detail" })];
  let images: Look | null = null;

  /** The measurement, if it is of this network and this way of running it. */
  const measuredHere = (): Measured | null => {
    const { measured, network, way } = state;
    return measured !== null && measured.network === network && sameWay(measured.way, way) ? measured : null;
  };
  const what = (): string => `${networkName(state.network)}, ${wayName(state.way)}`;

  show = () => {
    const graph = graphOf(state.network);
    const { layers, total } = analyze(graph);
    const shown = drawn(layers);
    const measured = measuredHere();
    const twin = twinWork(graph);
    const map = drawing(
      { graph, layers: shown, twin, times: measured?.times ?? null },
      {
        label: text.label(networkName(state.network)),
        work: twin.size > 0 ? text.workAndTwin : text.work,
        time: text.timeHere,
        describe: ({ name, kind, outputShape, macs }) =>
          `${name}: ${text.kinds[kind]}, ${extents(outputShape.slice(1))}, ${integer(macs)} MACs`,
      },
      (layer) => {
        state.layer = layer.name;
        map.select(layer.name);
        showLayer(graph, total.macs, layer, twin.get(layer.name));
      },
    );
    fill(place, h("div", { class: "scroll map-scroll" }, map.element));
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
    if (selected) showLayer(graph, total.macs, selected, twin.get(selected.name));
    else fill(detail, h("p", { class: "hint" }, text.choose));
  };

  const showLayer = (graph: Graph, all: number, layer: LayerCost, twin: number | undefined): void => {
    const { name, kind, inputShape, outputShape, kernel, strides, macs, parameters } = layer;
    const ms = measuredHere()?.times.get(name);
    const facts: readonly (readonly [string, string])[] = [
      [text.kind, text.kinds[kind]],
      [text.shape, `${extents(inputShape.slice(1))} → ${extents(outputShape.slice(1))}`],
      ...(kernel ? [[text.kernel, `${extents(kernel)}, ${text.stride} ${strides?.[0] ?? 1}`] as const] : []),
      [text.parameters, integer(parameters.trainable)],
      ["MACs", `${integer(macs)} (${percent(macs / all)})`],
      ...(twin === undefined ? [] : [[text.twin, `${integer(twin)} MACs`] as const]),
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
      action("map", text.measure, async (signal, tell) => {
        const { network, way } = state;
        const { result, slept } = await awake(ask("profile", { network: whichOf(network), ...way }, { signal, tell }));
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

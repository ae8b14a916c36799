/** @file The choice of a network and of how to run it, shared by two sections. */
import type { Graph } from "../../../src/index.ts";
import type { Which } from "../engine/dropped.ts";
import { current, onChange } from "../engine/image.ts";
import { graphNamed, NETWORK_NAMES, type NetworkName } from "../engine/networks.ts";
import { type Way, waysHere } from "../engine/ways.ts";
import { explained } from "../story/rich.ts";
import { t } from "../text/language.ts";
import { choice } from "./controls.ts";
import { fill, h } from "./h.ts";

/** The displayed name of a network; "dropped" is the user's own. */
export function networkName(network: string): string {
  const text = t().map;
  if (network === "dropped") return text.dropped(graphOf(network).name);
  return network === "fashion" ? text.fashion : network;
}

/**
 * A choice of network that includes a dropped one as soon as it exists.
 *
 * @param state  the choice, and the last measurement; that of a dropped network is cleared when another is dropped
 * @param first  the fallback when the dropped network is gone
 * @param chosen called after a choice
 * @param came   called when another image or another network was dropped
 */
export function networkChooser(
  section: string,
  state: { network: string; measured: { readonly network: string } | null },
  first: NetworkName,
  chosen: () => void,
  came: (isNetwork: boolean) => void,
): HTMLElement {
  const place = h("span");
  const show = (): void =>
    fill(
      place,
      networkChoice(state.network, (network) => {
        state.network = network;
        chosen();
      }),
    );
  show();
  let dropped = current().network;
  onChange(section, () => {
    const isNetwork = current().network !== dropped;
    if (isNetwork) {
      dropped = current().network;
      if (dropped === null && state.network === "dropped") state.network = first;
      if (state.measured?.network === "dropped") state.measured = null;
      show();
    }
    came(isNetwork);
  });
  return place;
}

function networkChoice(value: string, onChoose: (network: string) => void): HTMLElement {
  const names = [...NETWORK_NAMES, ...(current().network ? ["dropped"] : [])];
  return choice(
    t().map.network,
    names.map((name) => [name, networkName(name)] as const),
    value,
    onChoose,
  );
}

export function graphOf(network: string): Graph {
  const own = current().network;
  return network === "dropped" && own !== null ? own.graph : graphNamed(network === "dropped" ? "fashion" : network);
}

/** A network as workers identify it. */
export function whichOf(network: string): Which {
  return network === "dropped" ? (current().network?.source ?? "fashion") : network;
}

export function wayName({ tier, threads }: Way): string {
  return threads > 1 ? `${tier}, ${t().draw.threads(threads)}` : tier;
}

export function sameWay(a: Way, b: Way): boolean {
  return a.tier === b.tier && a.threads === b.threads;
}

export function wayChoice(value: Way, onChange: (way: Way) => void): HTMLElement {
  const ways = waysHere();
  return choice(
    t().map.tier,
    ways.map((way, i) => [String(i), wayName(way)] as const),
    String(ways.findIndex((way) => sameWay(way, value))),
    (i) => onChange(ways[Number(i)]),
    explained("tier", "?"),
  );
}

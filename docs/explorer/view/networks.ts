/** @file Which network, and how it is run: what two sections let one choose. */
import type { Graph } from "../../../src/index.ts";
import { graphNamed, NETWORK_NAMES } from "../engine/networks.ts";
import { current } from "../engine/picture.ts";
import { type Way, waysHere } from "../engine/ways.ts";
import { t } from "../text/language.ts";
import { choice } from "./controls.ts";

/** "dropped" is one of the user's own. */
export function networkName(network: string): string {
  const text = t().map;
  if (network === "dropped") return text.dropped(graphOf(network).name);
  return network === "fashion" ? text.fashion : network;
}

export function networkChoice(value: string, onChange: (network: string) => void): HTMLElement {
  const names = [...NETWORK_NAMES, ...(current().network ? ["dropped"] : [])];
  return choice(
    t().map.network,
    names.map((name) => [name, networkName(name)] as const),
    value,
    onChange,
  );
}

export function graphOf(network: string): Graph {
  const own = current().network;
  return network === "dropped" && own !== null ? own.graph : graphNamed(network === "dropped" ? "fashion" : network);
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
  );
}

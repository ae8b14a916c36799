/** @file Which network, and how it is run: what two sections let one choose. */
import type { Graph } from "../../../src/index.ts";
import { graphNamed, NETWORK_NAMES } from "../engine/networks.ts";
import { current } from "../engine/picture.ts";
import { type Way, waysHere } from "../engine/ways.ts";
import { t } from "../text/language.ts";
import { choice } from "./controls.ts";

/** The networks by name, and "dropped" for one of the user's own. */
export function networkChoice(value: string, onChange: (network: string) => void): HTMLElement {
  const text = t().map;
  const own = current().network;
  return choice(
    text.network,
    [
      ...NETWORK_NAMES.map((name) => [name, name === "fashion" ? text.fashion : name] as const),
      ...(own ? [["dropped", text.dropped(own.graph.name)] as const] : []),
    ],
    value,
    onChange,
  );
}

export function graphOf(network: string): Graph {
  const own = current().network;
  return network === "dropped" && own !== null ? own.graph : graphNamed(network);
}

export function wayName({ tier, threads }: Way): string {
  return threads > 1 ? `${tier}, ${t().draw.threads(threads)}` : tier;
}

export function wayChoice(value: Way, onChange: (way: Way) => void): HTMLElement {
  const ways = waysHere();
  return choice(
    t().map.tier,
    ways.map((way) => [wayName(way), wayName(way)] as const),
    wayName(value),
    (name) => onChange(ways.find((way) => wayName(way) === name) ?? value),
  );
}

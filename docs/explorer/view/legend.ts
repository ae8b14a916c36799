/** @file A legend of the colours of layer kinds. */
import { t } from "../text/language.ts";
import { h } from "./h.ts";

export function legend(): HTMLElement {
  const kinds = ["conv", "depthwise", "pointwise", "dense", "pool"] as const;
  return h("p", { class: "legend" }, ...kinds.map((kind) => h("span", { class: `key ${kind}` }, t().map.kinds[kind])));
}

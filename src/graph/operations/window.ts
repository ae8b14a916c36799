/** @file From a geometry back to the options that produce it. */
import type { WindowGeometry } from "../../geometry/window.ts";
import type { ConvSpec } from "../specs.ts";

export function windowOf(g: WindowGeometry): Required<Pick<ConvSpec, "strides" | "dilations" | "padding">> {
  return {
    strides: [g.strideH, g.strideW],
    dilations: [g.dilationH, g.dilationW],
    padding: [g.padTop, g.padBottom, g.padLeft, g.padRight],
  };
}

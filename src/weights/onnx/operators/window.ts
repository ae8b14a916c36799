/** @file The attributes that convolutions and pools share. */
import type { Padding4 } from "../../../geometry/padding.ts";
import { type Context, integersAttribute, type Value } from "../values.ts";

type Two = readonly [h: number, w: number];

/** @param fallback kernel_shape if the node states none */
export function windowOptions(
  c: Context,
  fallback: Two,
): {
  readonly kernel: Two;
  readonly strides: Two;
  readonly dilations: Two;
  readonly padding: "same" | "same-lower" | "valid" | Padding4;
} {
  const pair = (name: string, otherwise: Two): Two => {
    const values = integersAttribute(c, name) ?? otherwise;
    return values.length === 2 ? [values[0], values[1]] : c.fail(`has ${values.length} numbers as ${name}, needs 2`);
  };
  return {
    kernel: pair("kernel_shape", fallback),
    strides: pair("strides", [1, 1]),
    dilations: pair("dilations", [1, 1]),
    padding: paddingOf(c),
  };
}

function paddingOf(c: Context): "same" | "same-lower" | "valid" | Padding4 {
  const rule = c.node.attributes.get("auto_pad")?.s ?? "NOTSET";
  if (rule === "SAME_UPPER") return "same";
  if (rule === "SAME_LOWER") return "same-lower";
  if (rule === "VALID") return "valid";
  if (rule !== "NOTSET") c.fail(`has auto_pad ${JSON.stringify(rule)}, needs one that ONNX knows`);
  const pads = integersAttribute(c, "pads") ?? [0, 0, 0, 0];
  if (pads.length !== 4) c.fail(`has ${pads.length} pads, needs 4`);
  const [top, left, bottom, right] = pads;
  return [top, bottom, left, right];
}

/** Wraps an image of the graph as a value. */
export function image({ g }: Context, name: string): Value {
  const [N, H, W, C] = g.shapeOf(name);
  return { name, shape: [N, C, H, W], turned: true };
}

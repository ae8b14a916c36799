/** @file The attributes that convolutions and pools share. */
import { type PaddingRule, paddingNamed, paddingOf } from "../../importer/padding.ts";
import { type Context, integersAttribute } from "../operator.ts";

/** Attributes of a convolution's window, and of a pool's. */
export const WINDOW: readonly string[] = ["auto_pad", "dilations", "kernel_shape", "pads", "strides"];
export const POOL: readonly string[] = [...WINDOW, "ceil_mode"];

type Two = readonly [h: number, w: number];

/** @param fallback kernel_shape if the node states none */
export function windowOptions(
  c: Context,
  fallback: Two,
): {
  readonly kernel: Two;
  readonly strides: Two;
  readonly dilations: Two;
  readonly padding: PaddingRule;
} {
  const pair = (name: string, otherwise: Two): Two => {
    const values = integersAttribute(c, name) ?? otherwise;
    return values.length === 2 ? [values[0], values[1]] : c.fail(`has ${values.length} numbers as ${name}, needs 2`);
  };
  return {
    kernel: pair("kernel_shape", fallback),
    strides: pair("strides", [1, 1]),
    dilations: pair("dilations", [1, 1]),
    padding: paddingIn(c),
  };
}

function paddingIn(c: Context): PaddingRule {
  const rule = c.node.attributes.get("auto_pad")?.s ?? "NOTSET";
  if (rule !== "NOTSET") {
    return paddingNamed(rule) ?? c.fail(`has auto_pad ${JSON.stringify(rule)}, needs one that ONNX knows`);
  }
  const pads = integersAttribute(c, "pads") ?? [0, 0, 0, 0];
  if (pads.length !== 4) c.fail(`has ${pads.length} pads, needs 4`);
  return paddingOf(pads);
}

/** @file How all vectors describe their convolution: its choices, and the axes of its arrays. */
import { ACTIVATIONS } from "../../geometry/activation.ts";
import { LAYOUTS } from "../../tensor/layout.ts";
import { CONV_KINDS } from "../oracle.ts";
import type { Convolution, FilterOrder } from "../problem.ts";
import { hasChannelsFirst } from "../vectors.ts";
import { type Code, codeOf } from "./vectorSet.ts";

/** Filter layouts by code; depthwise and pointwise filters with the same memory order share one. */
export const FILTER_ORDERS: readonly FilterOrder[] = ["hwio", "oihw", "ohwi", "ihwo"];

/** The choices of every convolution, as codes. */
export function commonCodes({ op, bias, activation, layout, filterLayout }: Convolution): readonly Code[] {
  return [
    codeOf("OP", op, CONV_KINDS),
    codeOf("HAS_BIAS", bias === null ? "no" : "yes", ["no", "yes"]),
    codeOf("ACTIVATION", activation, ACTIVATIONS),
    codeOf("LAYOUT", layout, LAYOUTS),
    codeOf("FILTER_LAYOUT", filterLayout, FILTER_ORDERS),
  ];
}

/** The same in words. */
export function commonWords({ op, activation, layout, filterLayout }: Convolution): Readonly<Record<string, string>> {
  const isWritten = op === "depthwiseConv2d" && filterLayout === "hwio" ? "hwim" : filterLayout;
  return { op, activation, layout, filterLayout: isWritten };
}

/** Axes of the arrays, in words. */
export interface Axes {
  readonly input: string;
  readonly filter: string;
  readonly output: string;
  /** Rows and columns of the patch matrix. */
  readonly patches: string;
}

export function axesOf(problem: Convolution): Axes {
  const [input, output] =
    problem.layout === "nhwc" ? ["[n, h, w, c]", "[n, oh, ow, o]"] : ["[n, c, h, w]", "[n, o, oh, ow]"];
  const columns = hasChannelsFirst(problem) ? "c * kh * kw" : "kh * kw * c";
  return { input, filter: filterAxes(problem), output, patches: `[n * oh * ow, ${columns}]` };
}

function filterAxes({ op, filterLayout }: Convolution): string {
  if (op === "depthwiseConv2d") {
    return filterLayout === "oihw" ? "[c * multiplier, 1, kh, kw]" : "[kh, kw, c, multiplier]";
  }
  const names = { h: "kh", w: "kw", i: op === "conv2d" ? "c / groups" : "c", o: "o" } as const;
  const axes = [...filterLayout].filter((axis) => op === "conv2d" || axis === "i" || axis === "o");
  return `[${axes.map((axis) => names[axis as keyof typeof names]).join(", ")}]`;
}

/** @file The cost of both routes for one pixel and one channel: k² × O against k² + O, counted by the library. */
import { conv2dCost, conv2dGeometry } from "../../../../src/index.ts";
import type { State } from "../state.ts";

export interface Price {
  readonly standard: number;
  readonly separable: number;
  /** How many times cheaper the split is; below 1 if it is dearer. */
  readonly ratio: number;
}

/** Leaves out channels and pixels: both routes are multiplied by them alike. */
export function priceOf(k: number, outputs: number): Price {
  const window = [1, k, k, 1];
  const standard = conv2dCost(conv2dGeometry(window, [k, k, 1, outputs], {})).macs;
  const stamp = conv2dCost(conv2dGeometry(window, [k, k, 1, 1], {}, "depthwiseConv2d")).macs;
  const needles = conv2dCost(conv2dGeometry([1, 1, 1, 1], [1, outputs], {}, "pointwiseConv2d")).macs;
  return { standard, separable: stamp + needles, ratio: standard / (stamp + needles) };
}

/** The kernel to ask about: different from the one set. */
export function askedKernel({ k }: Pick<State, "k">): number {
  return k === 5 ? 3 : 5;
}

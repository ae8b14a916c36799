/** @file What both routes cost for one output pixel of one channel: k² × O against k² + O, counted by the library. */
import { conv2dCost, conv2dGeometry } from "../../../../src/index.ts";
import type { State } from "../state.ts";

export interface Price {
  readonly standard: number;
  readonly separable: number;
  /** How many times cheaper the split is; below 1 where it is dearer. */
  readonly ratio: number;
}

/** The number of channels and pixels is left out: both routes are multiplied by them alike. */
export function priceOf(k: number, outputs: number): Price {
  const window = [1, k, k, 1];
  const standard = conv2dCost(conv2dGeometry(window, [k, k, 1, outputs], {})).macs;
  const stamp = conv2dCost(conv2dGeometry(window, [k, k, 1, 1], {}, "depthwiseConv2d")).macs;
  const needles = conv2dCost(conv2dGeometry([1, 1, 1, 1], [1, outputs], {}, "pointwiseConv2d")).macs;
  return { standard, separable: stamp + needles, ratio: standard / (stamp + needles) };
}

/** The kernel that is asked about: another one than is set. */
export function askedKernel({ k }: Pick<State, "k">): number {
  return k === 5 ? 3 : 5;
}

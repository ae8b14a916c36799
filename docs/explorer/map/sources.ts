/** @file The source of a layer's kernel in the two tiers of plain TypeScript, from this repository. */
import type { GraphNode, TierName } from "../../../src/index.ts";

const FILES: Readonly<Record<string, string>> = import.meta.glob("../../../src/kernels/{naive,im2col}/*.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});

export interface Source {
  /** Relative to the top of the repository. */
  readonly path: string;
  readonly code: string;
}

/** Kernel files that are not named after their operation. */
const OTHERS: Partial<Record<GraphNode["op"], string>> = {
  averagePool2d: "pool2d",
  maxPool2d: "pool2d",
  globalAveragePool2d: "pool2d",
  hardSigmoid: "activation",
  clamp: "activation",
  add: "elementwise",
  mul: "elementwise",
  pad: "rearrange",
  concat: "rearrange",
  reshape: "rearrange",
  transpose: "rearrange",
};

/** The kernel's source. im2col falls back to naive where it has no kernel. */
export function sourceOf(tier: TierName, op: GraphNode["op"]): Source | null {
  for (const folder of [tier, "naive"]) {
    const path = `src/kernels/${folder}/${OTHERS[op] ?? op}.ts`;
    const code = FILES[`../../../${path}`];
    if (code !== undefined) return { path, code };
  }
  return null;
}

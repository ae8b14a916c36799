/** @file The code of a layer's kernel in the two tiers of plain TypeScript, as it stands in this repository. */
import type { GraphNode, TierName } from "../../../src/index.ts";

const FILES: Readonly<Record<string, string>> = import.meta.glob("../../../src/kernels/{naive,im2col}/*.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});

export interface Source {
  /** From the top of the repository. */
  readonly path: string;
  readonly code: string;
}

/** Kernel files that are not called like their operation. */
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

/** What im2col has no kernel of its own for, it takes from naive. */
export function sourceOf(tier: TierName, op: GraphNode["op"]): Source | null {
  for (const folder of [tier, "naive"]) {
    const path = `src/kernels/${folder}/${OTHERS[op] ?? op}.ts`;
    const code = FILES[`../../../${path}`];
    if (code !== undefined) return { path, code };
  }
  return null;
}

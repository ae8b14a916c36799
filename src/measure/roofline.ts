/**
 * @file The roofline model (S. Williams, A. Waterman, D. Patterson, 2009) of every layer of a network: what the
 * machine's ceilings allow, what was measured, and why the two differ.
 *
 *   intensity = FLOPs / bytes                       bytes of weights, input and output, each moved once
 *   roof ms   = max( FLOPs / peak, bytes / reads )  whichever takes longer
 *
 * With Winograd's method, FLOPs are those of its products, and what it writes and reads again moves twice.
 */

import { analyze, type LayerKind, shareOf, sum } from "../analysis/analyze.ts";
import type { Graph } from "../graph/graph.ts";
import { CHOICES, type TierName } from "../kernels/tiers.ts";
import { isMap } from "../tensor/brands.ts";
import type { ElementType } from "../tensor/elementType.ts";
import { checkRecord, ShapeError, show } from "../tensor/errors.ts";
import { type Ceilings, readRate } from "./ceilings.ts";

/** What limits a layer's speed. */
export type Reason = "compute" | "memory" | "overhead";

/** A layer and the limits of the machine. Times are in milliseconds, for one image. */
export interface RooflineRow {
  readonly name: string;
  readonly kind: LayerKind;
  readonly macs: number;
  readonly weightBytes: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** FLOPs per byte of the three. */
  readonly intensity: number;
  /** Milliseconds that the multiply-adds take at the peak. */
  readonly computeMs: number;
  /** Milliseconds to move the bytes from the cache that holds them all, as if the layer ran again and again. */
  readonly warmMs: number;
  /** Milliseconds to move them if no cache holds them. */
  readonly coldMs: number;
  /** The minimum time: the larger of compute and warm. */
  readonly roofMs: number;
  /** As measured. */
  readonly ms: number;
  /** roof / measured, 0 to 1; above 1, the ceiling is wrong. 0 if the clock is too coarse for the layer. */
  readonly share: number;
  readonly reason: Reason;
}

/** A layer at this share of its roof counts as bound by it. */
export const BOUND_SHARE = 0.7;

/**
 * Returns why a layer takes as long as it does:
 *
 *   compute   multiply-adds are the roof, and the layer is near it (BOUND_SHARE)
 *   memory    its bytes are the roof, warm or read from afar (cold), and the layer is near it
 *   overhead  neither: work outside the model, such as loads into registers, addressing, image edges, and the start of
 *             the layer
 */
export function reasonOf(ms: number, computeMs: number, warmMs: number, coldMs: number): Reason {
  if (computeMs >= warmMs && computeMs >= BOUND_SHARE * ms) return "compute";
  if (warmMs > computeMs && warmMs >= BOUND_SHARE * ms) return "memory";
  return coldMs > computeMs && coldMs >= BOUND_SHARE * ms ? "memory" : "overhead";
}

/**
 * Compares each layer's time with what the ceilings of the machine allow.
 *
 * @param graph  as run: `session.graph`
 * @param timings milliseconds of each node by name, for one image; a layer takes as long as its nodes
 * @param peak   GFLOP/s of multiply-adds, from `ceilings`
 * @param integers the same for layers of integers. Default: those of the SIMD tier
 * @returns a row for each layer that was timed
 * @throws ShapeError for an invalid graph, times that are not a Map, or ceilings from elsewhere
 *
 * @example
 * const graph = fashionNet();
 * const [row] = roofline(graph, new Map([["conv1", 0.1]]), await machineCeilings(), 10);
 * row.computeMs === (2 * row.macs) / 10 / 1e6; // true
 */
export function roofline(
  graph: Graph,
  timings: ReadonlyMap<string, number>,
  ceilings: Ceilings,
  peak: number,
  integers?: number,
): readonly RooflineRow[] {
  const { layers } = analyze(graph);
  if (!isMap(timings))
    throw new ShapeError(`roofline: timings are ${show(timings)}, needs a Map from name to milliseconds`);
  checkCeilings("roofline", ceilings);
  if (!(peak > 0)) throw new ShapeError(`roofline: peak is ${show(peak)}, needs a number above 0`);
  const integerPeak = integers ?? ceilings.integers;
  if (!(integerPeak > 0)) throw new ShapeError(`roofline: integers is ${show(integers)}, needs a number above 0`);
  return layers.flatMap((layer): RooflineRow[] => {
    const timed = layer.nodes.filter((node) => timings.has(node));
    if (timed.length === 0) return [];
    const ms = sum(timed, (node) => timings.get(node) ?? 0);
    const { name, kind, macs, products, weightBytes, inputBytes, outputBytes, scratchBytes } = layer;
    const bytes = weightBytes + inputBytes + outputBytes + 2 * scratchBytes;
    const computeMs = (2 * products) / (layer.type === "float32" ? peak : integerPeak) / 1e6;
    const warmMs = bytes / readRate(ceilings, bytes / ceilings.threads) / 1e6;
    const coldMs = bytes / ceilings.reads[ceilings.reads.length - 1].gbps / 1e6;
    const roofMs = Math.max(computeMs, warmMs);
    return [
      {
        name,
        kind,
        macs,
        weightBytes,
        inputBytes,
        outputBytes,
        intensity: (2 * products) / bytes,
        computeMs,
        warmMs,
        coldMs,
        roofMs,
        ms,
        share: shareOf(roofMs, ms),
        reason: reasonOf(ms, computeMs, warmMs, coldMs),
      },
    ];
  });
}

/** @throws ShapeError unless they come from `machineCeilings` */
function checkCeilings(op: string, ceilings: unknown): void {
  const { reads, simd, plain } = checkRecord(op, "ceilings", ceilings) as Partial<Ceilings>;
  if (Array.isArray(reads) && reads.length > 0 && typeof simd === "number" && typeof plain === "number") return;
  throw new ShapeError(`${op}: ceilings are ${show(ceilings)}, needs those of machineCeilings`);
}

/**
 * Returns the peak against which a session's kernels are measured.
 *
 * @param type the type that a layer computes with. Default "float32"
 * @throws ShapeError unless the arguments come from `machineCeilings` and `Session.create`
 *
 * @example
 * const ceilings = await machineCeilings();
 * peakOf(ceilings, { backend: "naive", precision: "exact" }) === ceilings.plain; // true
 */
export function peakOf(
  ceilings: Ceilings,
  session: { readonly backend: string; readonly precision: string },
  type: ElementType = "float32",
): number {
  checkCeilings("peakOf", ceilings);
  checkRecord("peakOf", "session", session);
  const { simd, fused, integers, plain } = ceilings;
  const { backend, precision } = session;
  if (!Object.hasOwn(CHOICES, backend) || !CHOICES[backend as TierName].emits) return plain;
  if (type !== "float32") return integers;
  return precision === "fast" ? (fused ?? simd) : simd;
}

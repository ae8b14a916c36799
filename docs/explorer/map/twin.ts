/** @file The work of a network's standard twin, pair by pair. */
import { analyze, type Graph, ShapeError, toStandard } from "../../../src/index.ts";

/** Multiply-accumulates by the name of the pointwise layer, which the twin's convolution also has. */
export function twinWork(graph: Graph): ReadonlyMap<string, number> {
  try {
    const own = new Map(analyze(graph).layers.map((layer) => [layer.name, layer]));
    const { layers } = analyze(toStandard(graph));
    return new Map(
      layers
        .filter(({ name, kind }) => kind === "conv" && own.get(name)?.kind === "pointwise")
        .map(({ name, macs }) => [name, macs]),
    );
  } catch (error) {
    if (error instanceof ShapeError) return new Map(); // it has no separable block, or is quantised
    throw error;
  }
}

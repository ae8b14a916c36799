/** @file The networks of a sweep: a family at its widths and resolutions, or one network at several resolutions. */
import { analyze } from "../../analysis/analyze.ts";
import { atResolution } from "../../graph/atResolution.ts";
import type { Graph } from "../../graph/graph.ts";
import type { NamedModel } from "../../models/named.ts";
import type { SweepNetwork } from "../../report/sweep/sweep.ts";
import { type Option, text, type Values } from "../options/option.ts";
import { asUsage, UsageError } from "../usage.ts";
import { type TypedOptions, typedNetwork } from "./network.ts";

const MAX_NETWORKS = 64;

export const GRID: { readonly alphas: Option<string | undefined>; readonly resolutions: Option<string | undefined> } = {
  alphas: text("LIST", "default: the published ones; mobilenet_v1: 1.0,0.75,0.5,0.25"),
  resolutions: text("LIST", "default: the published ones; mobilenet_v1: 224,192,160,128; required for a file"),
};

/** @throws UsageError, FormatError, ShapeError */
export async function sweepGrid(
  typed: string,
  options: Values<typeof GRID> & TypedOptions,
): Promise<readonly SweepNetwork[]> {
  const { model, graph, weights } = await typedNetwork("sweep", typed, options);
  const points = model === null ? resolutionsOf(typed, graph, options) : familyOf(typed, model, options);
  if (points.length > MAX_NETWORKS) {
    throw new UsageError(`sweep: ${points.length} networks, needs at most ${MAX_NETWORKS}`);
  }
  const networks = points.map(({ make, ...point }) => {
    const own = asUsage(make);
    return {
      ...point,
      weights,
      name: model === null ? `${own.name} at ${point.resolution}` : own.name,
      source: typed,
      graph: own,
    };
  });
  if (new Set(networks.map(({ graph: own }) => analyze(own).total.macs)).size < 2) {
    throw new UsageError("sweep: one network makes no line, needs more alphas or resolutions");
  }
  return networks;
}

interface Point {
  readonly alpha: number;
  readonly resolution: string;
  make(): Graph;
}

function familyOf(typed: string, model: NamedModel, options: Values<typeof GRID>): readonly Point[] {
  if (!model.isFamily) throw new UsageError(`sweep: ${typed} is one network, needs a family: ${model.family}`);
  const { published } = model;
  const hasAlpha = published.alphas.length > 0;
  if (!hasAlpha && options.alphas !== undefined) throw new UsageError(`sweep: ${typed} has one width, no --alphas`);
  const alphas = hasAlpha ? listOf("alphas", options.alphas, published.alphas.join(","), /^\d+(\.\d+)?$/) : ["1"];
  const resolutions = listOf("resolutions", options.resolutions, published.resolutions.join(","), SIZE);
  return alphas.flatMap((alpha) =>
    resolutions.map((resolution) => {
      const size = { resolution: sidesOf(resolution), ...(hasAlpha && { alpha: Number(alpha) }) };
      return { alpha: Number(alpha), resolution, make: () => model.graph(size) };
    }),
  );
}

function resolutionsOf(typed: string, graph: Graph, options: Values<typeof GRID>): readonly Point[] {
  if (options.alphas !== undefined) throw new UsageError(`sweep: ${typed} is a file and has one width, no --alphas`);
  if (options.resolutions === undefined) {
    throw new UsageError(`sweep: ${typed} is a file, needs --resolutions LIST, e.g. 96,128,160`);
  }
  return listOf("resolutions", options.resolutions, "96,128,160", SIZE).map((resolution) => {
    return { alpha: 1, resolution, make: () => atResolution(graph, sidesOf(resolution)) };
  });
}

const SIZE = /^[1-9]\d*(x[1-9]\d*)?$/;

function sidesOf(resolution: string): readonly [h: number, w: number] {
  const [rows, columns = rows] = resolution.split("x").map(Number);
  return [rows, columns];
}

/** Parses a list, each item once. */
function listOf(name: string, typed: string | undefined, fallback: string, pattern: RegExp): readonly string[] {
  const items = (typed ?? fallback).split(",").map((item) => item.trim());
  const wrong = items.find((item) => !pattern.test(item));
  if (wrong === undefined) return [...new Map(items.map((item) => [plain(item), item])).values()];
  throw new UsageError(`sweep: --${name} has ${JSON.stringify(wrong)}, needs a list such as ${fallback}`);
}

/** Normalizes an item: 1.0 to 1, 32x32 to 32. */
function plain(item: string): string {
  return item
    .split("x")
    .map(Number)
    .join("x")
    .replace(/^(\d+)x\1$/, "$1");
}

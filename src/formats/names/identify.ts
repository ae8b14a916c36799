/** @file Identifies the network that weights belong to, from their names and shapes. */
import { type Graph, weightSpecs } from "../../graph/graph.ts";
import type { Weights } from "../../graph/weights.ts";
import { mobilenetV1 } from "../../models/mobilenetV1.ts";
import { mobilenetV2 } from "../../models/mobilenetV2.ts";
import { mobilenetV3Large, mobilenetV3Small, WIDTH_RULES } from "../../models/mobilenetV3.ts";
import { mobilenetV4, V4_SIZES } from "../../models/mobilenetV4.ts";
import { type ModelVariations, modelNamed } from "../../models/named.ts";
import type { Preset } from "../../models/settings.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { distance } from "../../tensor/nearest.ts";
import { formatShape, sameShape } from "../../tensor/shape.ts";
import { withHead } from "./heads.ts";
import { SCHEMES, schemeNamed } from "./names.ts";
import type { NamingName } from "./scheme.ts";

/**
 * Returns the network that these weights fit, as the library that named them builds it, with their number of classes
 * and channels, and with batch norm if they have it. Weights do not show a resolution; it is the published one.
 *
 * @param weights under a graph's names
 * @param naming  scheme of their original names, which determines padding and batch norm's ε; default a graph's own
 * @param names   the file's own name of each weight, for messages
 * @returns the network that fits, else the closest one
 * @throws ShapeError if the names are not those of a MobileNet; it lists the closest known names
 */
export function networkOf(
  weights: Weights,
  naming: NamingName | null = "separable",
  names: ReadonlyMap<string, string> = new Map(),
): Graph {
  const candidates = candidatesFor(weights, naming === null ? "keras" : schemeNamed(naming).preset);
  if (candidates.length === 0) {
    const ends = ["stem/filter", "conv1/filter", "scores/filter", "conv_preds/filter"].filter((name) =>
      weights.has(name),
    );
    if (naming === null || ends.length === 0)
      throw new ShapeError(unknownNames([...weights.keys()].map((name) => names.get(name) ?? name)));
    const own = (name = ""): string => `${names.get(name) ?? name} ${formatShape(weights.get(name)?.shape ?? [])}`;
    throw new ShapeError(
      `weights: names of ${naming}, but of a MobileNet's first and last layer only ${ends.map((name) => own(name)).join(", ")}; ` +
        `the file ends with ${own([...weights.keys()].pop())}. Other layers need ONNX or TensorFlow Lite`,
    );
  }
  let best: { readonly graph: Graph; readonly wrong: number } | null = null;
  for (const candidate of candidates) {
    const graph = candidate();
    const wrong = misfits(graph, weights);
    if (best === null || wrong < best.wrong) best = { graph, wrong };
    if (wrong === 0) break;
  }
  return withHead((best as NonNullable<typeof best>).graph, weights);
}

/**
 * Returns the network of a file: the one that the file names, as files of `separable train` do, else the one that its
 * weights fit.
 *
 * @param wanted settings that weights do not show: a resolution (overriding the file's) or an activation
 * @throws ShapeError as `networkOf` does, or if the named network cannot be built or has no such setting
 */
export function networkIn(
  file: {
    readonly weights: Weights;
    readonly naming: NamingName | null;
    readonly metadata: ReadonlyMap<string, string>;
    readonly resolution?: readonly [h: number, w: number] | null;
    readonly names?: ReadonlyMap<string, string>;
  },
  wanted: ModelVariations = {},
): Graph {
  const { weights, naming, metadata, resolution, names } = file;
  const variations = resolution ? { resolution, ...wanted } : wanted;
  const said = modelNamed(metadata.get("model") ?? "");
  if (said !== null) {
    for (const variation of Object.keys(variations) as (keyof ModelVariations)[]) {
      if (!said.varies(variation)) throw new ShapeError(`weights: ${said.family} has no other ${variation}`);
    }
    const preset = naming === null || naming === "separable" ? {} : { preset: schemeNamed(naming).preset };
    return said.graph({ ...variationsIn(weights), ...preset, ...variations });
  }
  const fitting = networkOf(weights, naming, names);
  const varied = modelNamed(fitting.name)?.graph({ ...variationsIn(weights), ...variations });
  return varied === undefined ? fitting : withHead(varied, weights);
}

/** Reads settings from the weights of a named model that may differ from what its name implies. */
export function variationsIn(weights: Weights): ModelVariations {
  const head = weights.get("conv_preds/filter") ?? weights.get("scores/filter");
  const stem = weights.get("conv1/filter") ?? weights.get("stem/filter");
  return {
    ...(head?.shape.length === 2 && { classes: head.shape[1] }),
    ...(stem?.shape.length === 4 && { channels: stem.shape[2] }),
    batchNorm: [...weights.keys()].some((name) => /_bn\/mean$/.test(name)),
  };
}

/** Counts the weights of a graph that are missing or have another shape. */
function misfits(graph: Graph, weights: Weights): number {
  const fits = weightSpecs(graph).filter(({ name, shape }) => {
    const found = weights.get(name);
    return found !== undefined && sameShape(found.shape, shape);
  });
  return weightSpecs(graph).length - fits.length;
}

const ALPHAS = {
  v1: [1, 0.75, 0.5, 0.25],
  v2: [1, 1.4, 1.3, 0.75, 0.5, 0.35],
  v3: [1, 0.75],
} as const;

/** Multiples of 1/20 up to 2, for networks that were never published. */
const OTHER_ALPHAS: readonly number[] = Array.from({ length: 40 }, (_, i) => (i + 1) / 20);

/** Lists the networks that the weights may belong to, the likeliest first. */
function candidatesFor(weights: Weights, preset: Preset): readonly (() => Graph)[] {
  const stem = weights.get("conv1/filter") ?? weights.get("stem/filter");
  const scores = weights.get("conv_preds/filter") ?? weights.get("scores/filter");
  if (stem?.shape.length !== 4 || scores?.shape.length !== 2) return [];
  const has = (pattern: RegExp): boolean => [...weights.keys()].some((name) => pattern.test(name));
  const common = {
    preset,
    classes: scores.shape[1],
    channels: stem.shape[2],
    batchNorm: has(/_bn\/mean$/),
  };
  const width = stem.shape[3];
  if (weights.has("conv1/filter")) {
    const own = {
      ...common,
      preset: preset === "torchvision" ? "keras" : preset,
      convolution: weights.has("conv_dw_1/filter") ? "separable" : "standard",
      shallow: !weights.has("conv_pw_7/filter") && !weights.has("conv_7/filter"),
    } as const;
    return [...ALPHAS.v1, width / 32].map((alpha) => () => mobilenetV1({ ...own, alpha }));
  }
  if (has(/^block_\d+_start\/filter$/)) {
    return V4_SIZES.map((size) => () => mobilenetV4({ ...common, preset: "timm", size }));
  }
  if (!weights.has("head/filter")) {
    return [...ALPHAS.v2, ...OTHER_ALPHAS].map((alpha) => () => mobilenetV2({ ...common, alpha }));
  }
  const make = has(/^block_12_/) ? mobilenetV3Large : mobilenetV3Small;
  const minimalistic = !has(/_squeeze\/filter$/);
  const rules = preset === "torchvision" ? [...WIDTH_RULES].reverse() : WIDTH_RULES;
  return [...ALPHAS.v3, ...OTHER_ALPHAS].flatMap((alpha) =>
    rules.map((widthRule) => () => make({ ...common, minimalistic, alpha, widthRule })),
  );
}

/** Maximum pairs of names listed. */
const SHOWN = 10;

function unknownNames(names: readonly string[]): string {
  const known = SCHEMES.flatMap(({ name, examples }) => examples.map((example) => ({ example, name })));
  const nearest = names
    .slice(0, 1000)
    .map((found) => {
      const near = known
        .map(({ example, name }) => ({ example, name, steps: distance(found.slice(0, 80), example) }))
        .reduce((best, one) => (one.steps < best.steps ? one : best));
      return { found, ...near };
    })
    .sort((a, b) => a.steps - b.steps)
    .slice(0, SHOWN)
    .map(({ found, example, name }) => `${found}  (${example} in ${name})`);
  const families = SCHEMES.map(({ name }) => name).join(", ");
  const list = nearest.length > 0 ? `; the nearest:\n  ${nearest.join("\n  ")}` : "";
  return `weights: ${names.length} names that belong to no known family (${families})${list}`;
}

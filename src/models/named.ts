/** @file Models by name: what a command line, a file of weights and a table call them. */
import type { Graph } from "../graph/graph.ts";
import { type FashionNetOptions, fashionNet } from "./fashionNet.ts";
import { type MobilenetV1Options, mobilenetV1 } from "./mobilenetV1.ts";

/** What weights may have otherwise than the name says. */
export interface ModelVariations {
  readonly classes?: number;
  readonly channels?: number;
  readonly convolution?: "separable" | "standard";
  /** false where batch norm is folded into the weights. */
  readonly batchNorm?: boolean;
}

export interface NamedModel {
  readonly family: "mobilenet_v1" | "fashion";
  readonly isStandard: boolean;
  /** @throws ShapeError if the name's alpha leaves a layer without channels */
  graph(variations?: ModelVariations): Graph;
}

/** For the help of commands that take a model. */
export const MODEL_NAMES = `Models: mobilenet_v1 or fashion, then [_ALPHA[_RESOLUTION]][_standard][_shallow]
  mobilenet_v1                   alpha 1.0, 224×224
  mobilenet_v1_0.25_128          published: alpha 1.0, 0.75, 0.5, 0.25; 224, 192, 160, 128
  mobilenet_v1_0.5_160x224       any alpha, any size (rows x columns)
  mobilenet_v1_1.0_224_standard  the twin made of standard convolutions
  mobilenet_v1_1.0_224_shallow   without the five blocks of 14×14×512
  fashion                        the small network that comes with the package, 28×28 grey pixels`;

/** Names that exist: the published networks, and the one that comes with the package. */
export const MODEL_EXAMPLES: readonly string[] = [
  ...["1.0", "0.75", "0.5", "0.25"].flatMap((alpha) =>
    [224, 192, 160, 128].map((resolution) => `mobilenet_v1_${alpha}_${resolution}`),
  ),
  "mobilenet_v1",
  "fashion",
];

const PATTERN = /^(mobilenet_?v1|fashion)(?:_(\d+(?:\.\d+)?)(?:_(\d+)(?:x(\d+))?)?)?(_standard)?(_shallow)?$/;

/** @returns null for a name that is not a model's */
export function modelNamed(name: string): NamedModel | null {
  const match = PATTERN.exec(name.toLowerCase().replaceAll("-", "_"));
  if (match === null) return null;
  const [, family, alpha = "1", rows, columns = rows, standard, shallow] = match;
  const options = {
    alpha: Number(alpha),
    ...(rows !== undefined && { resolution: [Number(rows), Number(columns)] as const }),
    convolution: standard ? ("standard" as const) : ("separable" as const),
    shallow: shallow !== undefined,
  };
  if (family === "fashion") {
    const graph = ({ batchNorm: _, ...more }: ModelVariations = {}): Graph =>
      fashionNet({ ...options, ...more } satisfies FashionNetOptions);
    return { family, isStandard: standard !== undefined, graph };
  }
  return {
    family: "mobilenet_v1",
    isStandard: standard !== undefined,
    graph: (more = {}) => mobilenetV1({ ...options, ...more } satisfies MobilenetV1Options),
  };
}

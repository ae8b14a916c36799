/** @file Options that several commands have. */
import { availableParallelism } from "node:os";
import type { LoadOptions } from "../../formats/loadTypes.ts";
import { ACTIVATIONS, type Activation } from "../../geometry/activation.ts";
import { NORMALIZATIONS, type Normalization } from "../../image/normalize.ts";
import { type Backend, CHOICES, TIERS } from "../../kernels/tiers.ts";
import { MAX_THREADS } from "../../runtime/threads.ts";
import type { Shape } from "../../tensor/shape.ts";
import { UsageError } from "../usage.ts";
import { flag, integer, type Option, parsed, text, word } from "./option.ts";

export const BACKEND: Option<Backend> = word<Backend, Backend>(
  "TIER",
  [...TIERS, "auto"],
  "auto",
  `${TIERS.join(", ")} or auto (default)`,
);

export const THREADS: Option<number> = integer("N", [1, MAX_THREADS], 1, "of the simd tier, default 1");

/** For training, whose result for a given seed does not depend on the number of threads. */
export const ALL_THREADS: Option<number> = integer(
  "N",
  [1],
  availableParallelism(),
  `default all processors, ${availableParallelism()} here`,
);

/** The network of commands without MODEL. */
export const DEFAULT_MODEL = "mobilenet_v1";

export const SEED: Option<number> = integer("N", [0], 1, "default 1");

export const JSON_FLAG: Option<boolean> = flag("the same as JSON");

/** Settings that a file with a network may leave open. */
export const FILE: {
  readonly output: Option<string | undefined>;
  readonly shape: Option<LoadOptions["shape"]>;
  readonly signature: Option<string | undefined>;
  readonly dequantize: Option<boolean>;
} = {
  output: text("NAME", "selects one output of a file with several; default all"),
  shape: parsed(
    "N",
    "input shape if the file leaves sizes open, e.g. 1x3x224x224; with several inputs a=1x3x8x8,b=1x4",
    (typed) => {
      if (!typed.includes("=")) return extentsIn(typed);
      const entries = typed
        .split(",")
        .map((part) => [part.slice(0, part.lastIndexOf("=")), extentsIn(part.slice(part.lastIndexOf("=") + 1))]);
      return Object.fromEntries(entries);
    },
  ),
  signature: text("NAME", "signature or subgraph of a TensorFlow Lite file; default its first subgraph"),
  dequantize: flag("computes an integer network with the real numbers it represents"),
};

function extentsIn(typed: string): Shape {
  const extents = typed.split(/[x×,]/).map(Number);
  if (extents.every((extent) => Number.isInteger(extent) && extent > 0)) return extents;
  throw new Error("needs sizes such as 1x3x224x224");
}

/** Options for a network from another library. */
export const NETWORK: typeof FILE & { readonly activation: Option<Activation | undefined> } = {
  activation: word("F", ACTIVATIONS, undefined, "overrides the family's activation, e.g. relu"),
  ...FILE,
};

export const NORMALIZE: Option<Normalization | undefined> = word(
  "SCHEME",
  NORMALIZATIONS,
  undefined,
  NORMALIZATIONS.join(", "),
);

/** @throws UsageError for more than one thread if only tiers without threads run */
export function checkThreads(command: string, threads: number, backend: Backend | "all"): void {
  if (threads === 1 || backend === "all" || backend === "auto" || CHOICES[backend].emits) return;
  throw new UsageError(`${command}: --threads ${threads} is for the simd tier, ${backend} has one`);
}

/** The option with another help text. */
export function described<T>(option: Option<T>, help: string): Option<T> {
  return { ...option, help };
}

/** @file Renames a file's weights to a graph's names; the naming scheme is detected from the names themselves. */
import { FormatError, show } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { headOf } from "./heads.ts";
import { type NamingName, type Scheme, type Target, targetsBy } from "./scheme.ts";
import { keras, lite, slim } from "./tensorflow.ts";
import { timm } from "./timm.ts";
import { torchvision } from "./torchvision.ts";
import { transformers } from "./transformers.ts";

/** A graph's own names. */
const separable: Scheme = {
  name: "separable",
  filters: "hwio",
  preset: "keras",
  examples: ["conv1/filter", "stem/filter", "block_1_depthwise_bn/mean"],
  recognises: (names) => names.some((name) => /\/filter$/.test(name)),
  targets: (listing) => targetsBy(listing, () => null),
};

/** The first scheme that recognises the names is used. */
export const SCHEMES: readonly Scheme[] = [separable, lite, keras, slim, torchvision, timm, transformers];

export interface Renamed {
  readonly weights: Map<string, Tensor>;
  /** Naming scheme of the file; null if it is unknown and the weights are left as they were. */
  readonly naming: NamingName | null;
  /** The file's own name of each weight that was renamed. */
  readonly names: ReadonlyMap<string, string>;
}

/** Converts weights to a graph's names and shapes. A prefix that all names share, such as "module.", is dropped. */
export function renamed(tensors: ReadonlyMap<string, Tensor>): Renamed {
  const prefix = sharedPrefix([...tensors.keys()]);
  const names = new Map<string, string>();
  const plain = new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor]));
  const scheme = SCHEMES.find((one) => one.recognises([...plain.keys()]));
  if (scheme === undefined) return { weights: new Map(tensors), naming: null, names };
  if (scheme === separable) return { weights: plain, naming: scheme.name, names };
  const targets = scheme.targets(new Map([...plain].map(([name, { shape }]) => [name, shape])));
  const weights = new Map<string, Tensor>();
  for (const [name, tensor] of plain) {
    const target = targets.get(name);
    if (!target) continue;
    const ours = target.layer === "" ? name : `${target.layer}/${target.role}`;
    if (weights.has(ours)) {
      const isSame = (one: Target | null | undefined) => one?.layer === target.layer && one.role === target.role;
      const both = [...plain.keys()].filter((one) => isSame(targets.get(one))).map(show);
      throw new FormatError(`weights: ${both.join(" and ")} are both ${ours}, needs one of them`);
    }
    weights.set(ours, inOurShape(scheme, target, tensor));
    names.set(ours, prefix + name);
  }
  const dense = [...plain].flatMap(([name, { shape }]) => {
    const target = targets.get(name);
    return target?.role === "filter" && shape.length === 2 ? [target.layer] : [];
  });
  return { ...headed(weights, names, dense), naming: scheme.name };
}

/**
 * Gives the head of a fine-tuned network the family's name.
 *
 * @param dense layers whose filters are matrices in the file
 */
function headed(
  weights: Map<string, Tensor>,
  names: ReadonlyMap<string, string>,
  dense: readonly string[],
): Pick<Renamed, "weights" | "names"> {
  const found = headOf(weights, dense);
  if (found === null) return { weights, names };
  const ours = (name: string): string => {
    const isHead = name === `${found.layer}/filter` || name === `${found.layer}/bias`;
    return isHead ? found.head + name.slice(found.layer.length) : name;
  };
  const outputs = weights.get(`${found.layer}/filter`)?.shape[1] ?? 0;
  const bias = weights.has(`${found.layer}/bias`) ? [] : [[`${found.head}/bias`, Tensor.zeros([outputs])] as const];
  const renamedKeys = <T>(map: ReadonlyMap<string, T>) => new Map([...map].map(([name, value]) => [ours(name), value]));
  return { weights: new Map([...renamedKeys(weights), ...bias]), names: renamedKeys(names) };
}

export function schemeNamed(name: NamingName): Scheme {
  return SCHEMES.find((scheme) => scheme.name === name) as Scheme;
}

/** Returns the prefix of all names: "module." of module.features.0.0.weight, module.classifier.1.bias, … */
function sharedPrefix(names: readonly string[]): string {
  if (names.length < 2) return "";
  const [first] = names;
  let length = first.length;
  for (const name of names) while (!name.startsWith(first.slice(0, length))) length--;
  return first.slice(0, first.slice(0, length).lastIndexOf(".") + 1);
}

const DEPTHWISE = /(^conv_dw_\d+|_depthwise|_start)$/;

/** Converts filters to [kh, kw, i, o], [kh, kw, c, m] or, if they have one tap, [i, o]. */
function inOurShape({ filters }: Scheme, { layer, role }: Target, tensor: Tensor): Tensor {
  if (role !== "filter") return tensor;
  const { shape } = tensor;
  const isDepthwise = DEPTHWISE.test(layer);
  const taps = filters === "hwio" ? shape.slice(0, 2) : shape.slice(2);
  const isMatrix = shape.length === 4 && !isDepthwise && taps.every((extent) => extent === 1);
  const plain = isMatrix ? tensor.reshape(filters === "hwio" ? shape.slice(2) : shape.slice(0, 2)) : tensor;
  if (filters === "hwio") return plain;
  if (plain.shape.length === 2) return plain.transpose([1, 0]);
  if (plain.shape.length !== 4) return plain;
  return plain.transpose(isDepthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]);
}

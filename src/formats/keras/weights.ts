/** @file Finds the weights of a layer: by their names in a file, or by the layer's position within its class. */
import type { Tensor } from "../../tensor/tensor.ts";
import type { LayerAddress } from "./flat.ts";

/**
 * Returns the weights of a layer, in the order of the requested names.
 *
 * @returns a description of what is missing, if anything is
 */
export type Variables = (address: LayerAddress, names: readonly string[]) => readonly Tensor[] | string;

/** Keras 3's names for some of them. */
const OTHERWISE: Readonly<Record<string, string>> = { depthwise_kernel: "kernel", pointwise_kernel: "kernel" };

/**
 * Finds weights by name: "conv1/kernel:0", possibly after the names of models and of the layer itself.
 *
 * A name must end in the layer's name and the weight's; among several matches, the one that shares most of the path
 * wins.
 */
export function variablesNamed(tensors: ReadonlyMap<string, Tensor>): Variables {
  const byEnd = new Map<string, { readonly parts: readonly string[]; readonly tensor: Tensor }[]>();
  for (const [name, tensor] of tensors) {
    const parts = name.replace(/:\d+$/, "").split("/");
    const role = parts.at(-1) as string;
    const list = byEnd.get(role) ?? [];
    list.push({ parts, tensor });
    byEnd.set(role, list);
  }
  const find = ({ path }: LayerAddress, role: string): Tensor | string => {
    const layer = (path.at(-1) as string).split("/");
    const fitting = (byEnd.get(role) ?? []).filter(({ parts }) => {
      const end = parts.slice(-1 - layer.length, -1);
      return end.length === layer.length && end.every((part, i) => part === layer[i]);
    });
    const own = (parts: readonly string[]): number => path.filter((name) => parts.includes(name)).length;
    const max = Math.max(...fitting.map(({ parts }) => own(parts)));
    const [found, other] = fitting.filter(({ parts }) => own(parts) === max);
    if (found === undefined) return `has no weights called ${[...path, role].join("/")} in the file`;
    if (other !== undefined)
      return `has weights twice in the file: ${found.parts.join("/")} and ${other.parts.join("/")}`;
    return found.tensor;
  };
  return (address, roles) => {
    const found: Tensor[] = [];
    for (const role of roles) {
      const first = find(address, role);
      const tensor =
        typeof first === "string" && Object.hasOwn(OTHERWISE, role) ? find(address, OTHERWISE[role]) : first;
      if (typeof tensor === "string") return typeof first === "string" ? first : tensor;
      found.push(tensor);
    }
    return found;
  };
}

/** Groups in which Keras 3, and Keras 2.12 to 2.15, keep the layers of a model. */
const CONTAINERS: readonly string[] = ["layers", "_layer_checkpoint_dependencies"];

/** Finds weights by number: "layers/conv2d_1/vars/0". */
export function variablesNumbered(tensors: ReadonlyMap<string, Tensor>): Variables {
  return ({ path, numbered }, names) => {
    const found: Tensor[] = [];
    for (const [i, name] of names.entries()) {
      const tensor = CONTAINERS.flatMap((container) => {
        return tensors.get([...numbered.flatMap((group) => [container, group]), "vars", String(i)].join("/")) ?? [];
      })[0];
      if (tensor === undefined) return `has no weights in the file: ${[...path, name].join("/")}`;
      found.push(tensor);
    }
    return found;
  };
}

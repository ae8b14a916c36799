/** @file Flattens a model of layers and inner models to a list of nodes: one for each call of a layer. */
import { FormatError, show } from "../../tensor/errors.ts";
import type { FileInput } from "../importer/inputShapes.ts";
import { namesBeside } from "../importer/names.ts";
import type { FileNode } from "../importer/nodeOrder.ts";
import { type Json, objectOf } from "../json.ts";
import { plainClass, snakeCase } from "./className.ts";
import type { Layer, Model, Reference } from "./topology.ts";

/** The location of a layer's weights. */
export interface LayerAddress {
  /** The layer's name, after those of the models that contain it. */
  readonly path: readonly string[];
  /** The same in Keras 3's numbering of layers by class: ["functional", "conv2d_1"]. */
  readonly numbered: readonly string[];
}

export interface LayerNode extends FileNode {
  readonly config: Json;
  readonly settings: Json;
  readonly address: LayerAddress;
}

export interface FlatModel {
  readonly inputs: readonly FileInput[];
  readonly nodes: readonly LayerNode[];
  readonly outputs: readonly (readonly [name: string, value: string])[];
}

/** Maximum nodes: models within models may be called any number of times. */
const MAX_NODES = 20_000;

/** @throws FormatError for a reference to a layer that does not exist */
export function flattened(file: string, model: Model): FlatModel {
  const inputs: { readonly key: string; readonly name: string; readonly shape: unknown }[] = [];
  const nodes: LayerNode[] = [];
  /** Values that are aliases of others: the inputs and outputs of inner models. */
  const same = new Map<string, string>();

  const visit = (
    own: Model,
    prefix: string,
    address: LayerAddress,
    given: readonly string[] | null,
  ): readonly string[] => {
    const keyOf = keysIn(file, own, prefix);
    const used = new Map<string, number>();
    const entered = own.inputs.map(({ layer }) => layer);
    for (const layer of own.layers) {
      const inner = { path: [...address.path, layer.name], numbered: [...address.numbered, numberedName(layer, used)] };
      const first = keyOf({ layer: layer.name, call: 0, output: 0 }, true);
      if (layer.className === "InputLayer") {
        const at = entered.indexOf(layer.name);
        if (given === null) inputs.push({ key: first, name: layer.name, shape: statedShape(layer) });
        else if (at >= 0 && given[at] !== undefined) same.set(first, given[at]);
        continue;
      }
      // The first layer of a chain reads the model's inputs.
      const isStart = layer.calls.length === 0 && entered.includes(layer.name);
      if (isStart && given === null) {
        inputs.push({ key: `${first} input`, name: `${layer.name}_input`, shape: statedShape(layer) ?? own.builtWith });
      }
      const calls = isStart ? [{ inputs: [], settings: {} }] : layer.calls;
      calls.forEach(({ inputs: read, settings }, i) => {
        const key = (output: number): string => keyOf({ layer: layer.name, call: i, output }, true);
        const sources = isStart ? (given ?? [`${first} input`]) : read.map((one) => keyOf(one));
        if (layer.model !== null) {
          const answers = visit(layer.model, `${key(0)}/`, inner, sources);
          for (const [output, answer] of answers.entries()) same.set(key(output), answer);
          return;
        }
        if (nodes.length >= MAX_NODES) throw new FormatError(`${file}: has over ${MAX_NODES} calls of layers`);
        nodes.push({
          op: layer.className,
          name: layer.name,
          inputs: sources,
          outputs: [key(0)],
          config: layer.config,
          settings,
          address: inner,
        });
      });
    }
    return own.outputs.map(({ of }) => keyOf(of));
  };

  const outputs = visit(model, "", { path: [], numbered: [] }, null);
  return named(file, model, { inputs, nodes, outputs, same });
}

/** Returns keys of values. Calls count from the lowest one referred to: an inner model's first call need not be 0. */
function keysIn(file: string, own: Model, prefix: string) {
  const layers = new Map(own.layers.map((layer) => [layer.name, layer]));
  const lowest = new Map<string, number>();
  const all = [
    ...own.outputs.map(({ of }) => of),
    ...own.layers.flatMap(({ calls }) => calls.flatMap(({ inputs }) => inputs)),
  ];
  for (const { layer, call } of all) lowest.set(layer, Math.min(lowest.get(layer) ?? call, call));
  /** @param isCounted whether the call is already counted from 0 */
  return ({ layer, call, output }: Reference, isCounted: boolean = false): string => {
    if (!layers.has(layer)) throw new FormatError(`${file}: reads the layer ${show(layer)}, which is nowhere`);
    return `${prefix}${JSON.stringify(layer)} ${isCounted ? call : call - (lowest.get(layer) ?? 0)} ${output}`;
  };
}

/** conv2d, conv2d_1, …: the number is the count of earlier layers of the class in the model. */
function numberedName({ className }: Layer, used: Map<string, number>): string {
  const plain = snakeCase(plainClass(className));
  const count = used.get(plain) ?? 0;
  used.set(plain, count + 1);
  return count === 0 ? plain : `${plain}_${count}`;
}

/** The input shape of an input layer, of the first layer of a chain, or of an inner model. */
function statedShape({ config, model }: Layer): unknown {
  const own = config.batch_input_shape ?? config.batch_shape;
  if (own !== undefined || model === null) return own;
  const [first] = model.inputs;
  const inner = model.layers.find(({ name }) => name === first?.layer);
  return inner === undefined ? model.builtWith : (statedShape(inner) ?? model.builtWith);
}

/** Names values after their layers, with a number if a layer is called again or a name occurs twice. */
function named(
  file: string,
  model: Model,
  {
    inputs,
    nodes,
    outputs,
    same,
  }: {
    readonly inputs: readonly { readonly key: string; readonly name: string; readonly shape: unknown }[];
    readonly nodes: readonly LayerNode[];
    readonly outputs: readonly string[];
    readonly same: ReadonlyMap<string, string>;
  },
): FlatModel {
  const names = new Map<string, string>();
  const free = namesBeside([]);
  for (const { key, name } of inputs) names.set(key, free(name));
  for (const { name, outputs: made } of nodes) for (const key of made) names.set(key, free(name));
  const nameOf = (key: string): string => {
    let at = key;
    for (let steps = 0; same.has(at) && steps <= same.size; steps++) at = same.get(at) as string;
    return names.get(at) ?? at; // a value that nothing computes is reported by its key
  };
  const own = inputs.map(({ key, shape }) => inputOf(names.get(key) as string, shape));
  const ends = outputs.map((key, i): readonly [string, string] => {
    const { name, of } = model.outputs[i];
    const isOnly = model.outputs.filter((other) => other.of.layer === of.layer).length === 1;
    return [name ?? (isOnly ? of.layer : nameOf(key)), nameOf(key)];
  });
  if (ends.length === 0) throw new FormatError(`${file}: the model has no outputs, needs one`);
  return {
    inputs: inOrderOf(model, own),
    nodes: nodes.map((node) => ({ ...node, inputs: node.inputs.map(nameOf), outputs: node.outputs.map(nameOf) })),
    outputs: ends,
  };
}

/** Inputs in the order in which the model lists them. */
function inOrderOf(model: Model, inputs: readonly FileInput[]): readonly FileInput[] {
  const order = model.inputs.map(({ layer }) => layer);
  const at = ({ name }: FileInput): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...inputs].sort((a, b) => at(a) - at(b));
}

function inputOf(name: string, stated: unknown): FileInput {
  const shape = Array.isArray(stated) ? stated : objectOf(stated).shape;
  if (!Array.isArray(shape)) return { name, shape: [], obstacle: "does not state its shape" };
  const extents = shape.map((extent) => (Number.isInteger(extent) && extent >= 0 ? extent : -1));
  return { name, shape: extents, obstacle: null };
}

/**
 * @file The topology of a Keras model: layers, and which outputs each of them reads.
 *
 *   Keras 2   "inbound_nodes": [[["conv", 0, 0, {}], ["skip", 0, 0, {}]], …]             one list for each call
 *   Keras 3   "inbound_nodes": [{ "args": [{ "class_name": "__keras_tensor__",
 *                                            "config": { "keras_history": ["conv", 0, 0] } }], "kwargs": {} }, …]
 *
 * A triple is a layer, the number of its call and that of the output. In a Sequential model each layer reads the one
 * before it. Source: keras-team/keras, src/models/functional.py and sequential.py; TensorFlow 2.4's functional.py.
 */
import { FormatError, show } from "../../tensor/errors.ts";
import { type Json, objectOf } from "../json.ts";

/** An output of a call of a layer. */
export interface Reference {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

export interface Call {
  readonly inputs: readonly Reference[];
  /** Arguments that are not values. */
  readonly settings: Json;
}

export interface Layer {
  readonly name: string;
  readonly className: string;
  readonly config: Json;
  readonly calls: readonly Call[];
  /** The inner model, if the layer is one. */
  readonly model: Model | null;
}

/** An output and its name in the model; null: the layer's name. */
export interface Output {
  readonly name: string | null;
  readonly of: Reference;
}

export interface Model {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly inputs: readonly Reference[];
  readonly outputs: readonly Output[];
  /** The shape that the model was built with, if recorded. */
  readonly builtWith: unknown;
}

const MODELS: readonly string[] = ["Sequential", "Functional", "Model"];
/** Maximum nesting depth of models. */
const MAX_DEPTH = 20;

/**
 * @param json { "class_name": "Functional", "config": { … } }
 * @throws FormatError for a model that does not consist of layers: only its own code can build it
 */
export function modelIn(file: string, json: unknown, depth: number = 0): Model {
  const { class_name: className, config, build_config: built } = objectOf(json);
  if (typeof className !== "string") throw new FormatError(`${file}: its topology has no class_name, needs a model's`);
  if (!MODELS.includes(className)) {
    throw new FormatError(
      `${file}: a model of the class ${show(className)}, which only its own code can build; needs Sequential or Functional`,
    );
  }
  if (depth > MAX_DEPTH) throw new FormatError(`${file}: has models ${depth} deep, needs at most ${MAX_DEPTH}`);
  const own = objectOf(config);
  const listed = Array.isArray(config) ? config : own.layers; // a plain list in files of 2017
  if (!Array.isArray(listed)) throw new FormatError(`${file}: the model has layers ${show(listed)}, needs a list`);
  const isChain = className === "Sequential";
  const layers: Layer[] = [];
  for (const one of listed) layers.push(layerIn(file, one, isChain ? (layers.at(-1) ?? null) : undefined, depth));
  const names = layers.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new FormatError(`${file}: has two layers called ${show(twice)}, needs different names`);
  const [first, last] = [layers[0], layers.at(-1)];
  return {
    name: typeof own.name === "string" ? own.name : "",
    layers,
    inputs: !isChain ? referencesIn(own.input_layers) : first ? [firstOf(first.name)] : [],
    outputs: !isChain ? outputsIn(own.output_layers) : last ? [{ name: null, of: firstOf(last.name) }] : [],
    builtWith: own.build_input_shape ?? objectOf(built).input_shape,
  };
}

/** @param before the layer before it in a chain, null for the first one; undefined where connections are listed */
function layerIn(file: string, value: unknown, before: Layer | null | undefined, depth: number): Layer {
  const json = objectOf(value);
  const { class_name: className, inbound_nodes: listed } = json;
  const config = objectOf(json.config);
  const name = json.name ?? config.name;
  if (typeof className !== "string" || typeof name !== "string") {
    throw new FormatError(`${file}: a layer has the class ${show(className)} and the name ${show(name)}, needs both`);
  }
  const isModel = MODELS.includes(className);
  const model = isModel ? modelIn(`${file}: ${show(name)}`, json, depth + 1) : null;
  const chained = before === null ? [] : before && [{ inputs: [firstOf(before.name)], settings: {} }];
  const calls = chained ?? (Array.isArray(listed) ? listed.map(callIn) : []);
  return { name, className, config, calls, model };
}

/** Reads a list of outputs, or a dictionary whose keys are their names. */
function outputsIn(value: unknown): readonly Output[] {
  if (Array.isArray(value)) return referencesIn(value).map((of) => ({ name: null, of }));
  return Object.entries(objectOf(value)).flatMap(([name, one]) => referencesIn(one).map((of) => ({ name, of })));
}

function firstOf(layer: string): Reference {
  return { layer, call: 0, output: 0 };
}

/** Reads a call in either of the two styles. */
function callIn(json: unknown): Call {
  const { args, kwargs } = objectOf(json);
  if (args !== undefined || kwargs !== undefined) {
    const plain = (Array.isArray(args) ? args : []).filter((one) => referencesIn(one).length === 0);
    const inputs = [...referencesIn(args), ...referencesIn(Object.values(objectOf(kwargs)))];
    return { inputs, settings: { ...objectOf(kwargs), ...(plain.length > 0 && { args: plain }) } };
  }
  // Arguments besides the first are the fourth element of a triple.
  const entries = isTriple(json) ? [json] : Array.isArray(json) ? json : [];
  const settings = Object.assign({}, ...entries.map((entry) => (Array.isArray(entry) ? objectOf(entry[3]) : {})));
  return { inputs: [...referencesIn(json), ...referencesIn(Object.values(settings))], settings };
}

function isTriple(value: unknown): value is readonly [string, number, number, ...unknown[]] {
  return (
    Array.isArray(value) && typeof value[0] === "string" && Number.isInteger(value[1]) && Number.isInteger(value[2])
  );
}

/** Collects all references in lists, dictionaries and descriptions of tensors, in order. */
function referencesIn(value: unknown): readonly Reference[] {
  if (isTriple(value)) return [{ layer: value[0], call: value[1], output: value[2] }];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  const { class_name: className, config, ...others } = objectOf(value);
  if (className === "__keras_tensor__") return referencesIn(objectOf(config).keras_history);
  return Object.values(others).flatMap(referencesIn);
}

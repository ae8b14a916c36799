/** @file Collects layers and weights of a TensorFlow.js layers model. */
import { concatBytes } from "../../tensor/bytes.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { floatBytes } from "../bytes/dtype.ts";
import { namesBeside } from "../importer/names.ts";

export type Config = Readonly<Record<string, unknown>>;

export interface LayersWriter {
  /**
   * Appends a layer.
   *
   * @param inputs  names of layers
   * @param weights by TensorFlow.js' names, in its order
   * @returns the layer's name: the wanted one, if it is free and valid in TensorFlow.js
   */
  layer(
    className: string,
    wanted: string,
    inputs: readonly string[],
    config: Config,
    weights?: Readonly<Record<string, Tensor>>,
  ): string;
  /** @param inputs names of layers @param outputs names of layers */
  files(
    name: string,
    inputs: readonly string[],
    outputs: readonly string[],
    metadata: Readonly<Record<string, string>>,
  ): ReadonlyMap<string, Uint8Array>;
}

const SHARD = "weights.bin";

export function layersWriter(): LayersWriter {
  const layers: object[] = [];
  const entries: object[] = [];
  const parts: Uint8Array[] = [];
  const free = namesBeside([]);
  const writer: LayersWriter = {
    layer: (className, wanted, inputs, config, weights = {}) => {
      const name = free(plainName(wanted));
      // If a layer reads a value twice, TensorFlow.js disposes of it before the second read: it gets a copy.
      const apart = inputs.map((input, i) => {
        const isAgain = inputs.indexOf(input) < i;
        return isAgain ? writer.layer("Rescaling", `${wanted}_again`, [input], { scale: 1, offset: 0 }) : input;
      });
      const inbound = inputs.length === 0 ? [] : [apart.map((input) => [input, 0, 0, {}])];
      layers.push({ class_name: className, name, config: { ...config, name }, inbound_nodes: inbound });
      for (const [role, tensor] of Object.entries(weights)) {
        entries.push({ name: `${name}/${role}`, shape: tensor.shape, dtype: "float32" });
        parts.push(floatBytes(tensor.contiguous().toFloat32Array()));
      }
      return name;
    },
    files: (name, inputs, outputs, metadata) => {
      const ends = (names: readonly string[]): unknown => names.map((one) => [one, 0, 0]);
      const config = { name, layers, input_layers: ends(inputs), output_layers: ends(outputs) };
      const json = {
        format: "layers-model",
        generatedBy: "separable",
        convertedBy: null,
        modelTopology: { class_name: "Model", config },
        weightsManifest: [{ paths: [SHARD], weights: entries }],
        ...(Object.keys(metadata).length > 0 && { userDefinedMetadata: metadata }),
      };
      return new Map([
        ["model.json", new TextEncoder().encode(`${JSON.stringify(json)}\n`)],
        [SHARD, concatBytes(parts)],
      ]);
    },
  };
  return writer;
}

/** TensorFlow.js accepts letters, digits and a few marks, and a letter or digit first. */
function plainName(name: string): string {
  const plain = name.replace(/[^-A-Za-z0-9._/]/g, "_");
  return /^[A-Za-z0-9]/.test(plain) ? plain : `layer${plain}`;
}

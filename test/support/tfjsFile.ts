/** TensorFlow.js models in memory: a topology with its weights, as model.json and one shard. */
import { loadModel } from "../../src/index.ts";

export interface TfjsFile {
  readonly json: Uint8Array;
  readonly shards: ReadonlyMap<string, Uint8Array>;
}

export function tfjsFile(modelTopology: unknown, weights: Readonly<Record<string, readonly number[]>> = {}): TfjsFile {
  const sizes = Object.entries(weights).map(([name, shape]) => ({
    name,
    shape,
    size: shape.reduce((product, extent) => product * extent, 1),
  }));
  const numbers = Float32Array.from(
    sizes.flatMap(({ size }, k) => Array.from({ length: size }, (_, i) => (((i + k) % 7) - 3) / 4)),
  );
  const manifest = [{ paths: ["a.bin"], weights: sizes.map(({ name, shape }) => ({ name, shape, dtype: "float32" })) }];
  return {
    json: new TextEncoder().encode(JSON.stringify({ modelTopology, weightsManifest: manifest })),
    shards: new Map([["a.bin", new Uint8Array(numbers.buffer)]]),
  };
}

export const loadTfjs = ({ json, shards }: TfjsFile, options = {}) => loadModel(json, { shards, ...options });

/** Layers one after the other, with an input of this shape. */
export function chain(shape: readonly (number | null)[], ...layers: readonly (readonly [string, object])[]): object {
  const listed = layers.map(([className, config], i) => ({
    class_name: className,
    config: { name: `layer_${i}`, ...(i === 0 && { batch_input_shape: [null, ...shape] }), ...config },
  }));
  return { class_name: "Sequential", config: { name: "chain", layers: listed } };
}

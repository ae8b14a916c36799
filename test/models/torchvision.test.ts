/**
 * The networks of torchvision, and timm's V4, give the logits that PyTorch gives. Written by
 * test/oracles/torchvision.py.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { importOnnx } from "../../src/formats/onnx/index.ts";
import {
  foldBatchNorm,
  fuseActivation,
  loadModel,
  Session,
  type Shape,
  Tensor,
  TIERS,
  writeSafetensors,
} from "../../src/index.ts";
import { modelNamed } from "../../src/models/named.ts";
import { IS_THOROUGH } from "../support/effort.ts";
import { hashedImages, stateDict } from "../support/hashed.ts";
import { expectClose } from "../support/tensors.ts";

interface Model {
  readonly name: string;
  readonly tensors: readonly (readonly [string, Shape])[];
  readonly logits: readonly number[];
}
interface Oracle {
  readonly resolution: number;
  readonly models: readonly (Model & { readonly onnx: string })[];
  readonly fourth: readonly (Model & { readonly blocks: readonly { shape: Shape; values: readonly number[] }[] })[];
}
const { resolution, models, fourth }: Oracle = JSON.parse(readFileSync("test/oracles/torchvision.json", "utf8"));
const images = hashedImages(resolution);
const logitsOf = ({ logits }: Model): Tensor => new Tensor(Float32Array.from(logits), [2, logits.length / 2]);

describe.each(models)("$name of torchvision", (model) => {
  const file = writeSafetensors(stateDict(model.tensors));

  test.each(TIERS)("its weights, by its own names, on %s: logits within 1e-4", async (backend) => {
    const { graph, weights, naming } = await loadModel(file);
    expect([naming, graph.name]).toEqual(["torchvision", `${model.name}_224_torchvision`]);
    // The resolution does not show in weights.
    const small = modelNamed(`${model.name}_${resolution}_torchvision`)?.graph({ classes: 10 });
    if (small === undefined) throw new Error(`there is no ${model.name}`);
    const session = await Session.create(small, weights, { backend });
    expectClose(await session.run(images), logitsOf(model), 1e-4);
  });

  test("as ONNX, exported without parameters: the same logits, and after the passes nothing but whole layers", async () => {
    const bytes = gunzipSync(Buffer.from(model.onnx, "base64"));
    const constants = stateDict(model.tensors);
    const { graph, weights, producer, turned } = await importOnnx(bytes, { constants });
    expect([producer, turned.inputs, turned.outputs]).toEqual(["pytorch", [true], [false]]);
    for (const backend of ["naive", "simd"] as const) {
      const session = await Session.create(graph, weights, { backend });
      expectClose(await session.run(images), logitsOf(model), 1e-4);
    }
    const ops = new Set(fuseActivation(foldBatchNorm(graph, weights).graph).nodes.map(({ op }) => op));
    expect([...ops].filter((op) => op === "batchNormalization" || op === "activation" || op === "transpose")).toEqual(
      [],
    );
  });
});

describe.each(fourth)("$name in PyTorch, by timm's names", (model) => {
  const file = writeSafetensors(stateDict(model.tensors));

  // The larger network takes seconds on the slower tiers.
  const tiers = IS_THOROUGH || model.name.endsWith("small") ? TIERS : (["simd"] as const);
  test.each(tiers)("logits and every block on %s", async (backend) => {
    const { graph: full, weights, naming } = await loadModel(file);
    expect([naming, full.name]).toEqual(["timm", expect.stringContaining(model.name)]);
    const graph = modelNamed(`${model.name}_${resolution}`)?.graph({ classes: 10 });
    if (graph === undefined) throw new Error(`there is no ${model.name}`);
    const session = await Session.create(graph, weights, { backend });
    const logits = logitsOf(model);
    const scale = Math.max(...logits.data.map(Math.abs));
    expectClose(await session.run(images), logits, 1e-4 * scale);

    const first = images.slice([0, 0, 0, 0], [1, resolution, resolution, 3]);
    const uib = graph.nodes.filter(({ name }) => /^block_\d+_(project_bn|add)$/.test(name));
    const ends = uib.filter(
      ({ name }, i) => name.endsWith("_add") || !uib[i + 1]?.name.startsWith(name.replace("project_bn", "add")),
    );
    const skipped = ends.length - model.blocks.length; // in the small network two blocks are convolutions of their own
    expect([0, 2]).toContain(skipped);
    for (const [i, { shape, values }] of model.blocks.entries()) {
      const { name } = ends[i + skipped];
      const until = graph.nodes.findIndex((node) => node.name === name);
      const part = { ...graph, nodes: graph.nodes.slice(0, until + 1), output: name };
      const needed = new Set(part.nodes.flatMap((node) => Object.values(node.weights).map((weight) => weight.name)));
      const own = new Map([...weights].filter(([key]) => needed.has(key)));
      const y = (await (await Session.create(part, own, { backend })).run(first)).transpose([0, 3, 1, 2]).contiguous();
      expect(y.shape.slice(1), name).toEqual(shape);
      const step = Math.max(1, Math.floor(y.size / 24));
      const max = Math.max(...values.map(Math.abs), 1);
      values.forEach((value, k) => {
        expect(Math.abs(y.data[k * step] - value), `${name}, number ${k}`).toBeLessThan(1e-4 * max);
      });
    }
  });
});

/**
 * Networks of integers that we write, run by others: random layers as ONNX in onnxruntime-web and as TensorFlow Lite in
 * LiteRT.js, sums of all pairs of integers in onnxruntime-web, and quantised networks in both. `npm run test:peers`. No value may differ.
 */
import {
  fashionNet,
  fashionSample,
  graphBuilder,
  loadModel,
  loadWeights,
  mobilenetV1,
  mobilenetV2,
  random,
  randomTensor,
  randomWeights,
  Session,
  tensor,
  writeModel,
} from "../../dist/index.js";
import { quantizeNetwork } from "../../dist/quantized/index.js";
import { litert } from "../../test/oracles/tflite/litert.mjs";

const [NETWORKS, SUMS] = [150, 20];
const ort = await import("onnxruntime-web");
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";
const load = await litert(new URL("node_modules", import.meta.url).pathname);
const source = random(1);
const below = (n) => Math.floor(source.uniform() * n);
const oneOf = (list) => list[below(list.length)];

let wrong = 0;
let values = 0;
for (let i = 0; i < NETWORKS; i++) {
  const { graph, weights } = network(oneOf(["int8", "uint8"]), `integers ${i}`);
  const image = randomTensor(graph.input.shape, random(i + 2));
  await compare(graph, weights, [image]);
}
console.log(`${NETWORKS} networks of integers, ${values} values: ${wrong} differ`);

let [sums, wrongSums] = [0, 0];
for (let i = 0; i < SUMS; i++) {
  const type = oneOf(["int8", "uint8"]);
  const lowest = type === "int8" ? -128 : 0;
  const levels = () => ({ type, scale: Math.fround(0.01 + 0.05 * source.uniform()), zeroPoint: lowest + below(256) });
  const [a, b, output] = [levels(), levels(), levels()];
  const g = graphBuilder("sum", { a: [1, 65536], b: [1, 65536] });
  const [x, y] = [g.quantize("a", a), g.quantize("b", b)];
  const graph = g.build(g.dequantize(g.add(x, y, { output })));
  const inputs = [a, b].map(({ scale, zeroPoint }, which) =>
    tensor(
      Float32Array.from(
        { length: 65536 },
        (_, at) => ((which === 0 ? at >> 8 : at & 255) + lowest - zeroPoint) * scale,
      ),
      [1, 65536],
    ),
  );
  const different = await differing(graph, new Map(), inputs);
  if (different > 0) console.log(`${different} sums of ${JSON.stringify([a, b, output])} differ`);
  [sums, wrongSums] = [sums + 65536, wrongSums + different];
}
console.log(`${SUMS} sums of all pairs, ${sums} values: ${wrongSums} differ from onnxruntime-web's`);

// Trained networks and large ones, quantised here: out, back in, and in both runtimes.
const { pixels, shape } = await fashionSample();
const clothes = tensor(
  Float32Array.from(pixels, (level) => level / 255),
  shape,
);
const [v1, v2] = [mobilenetV1({ alpha: 0.25, resolution: 96 }), mobilenetV2({ alpha: 0.35, resolution: 96 })];
const noise = randomTensor([4, 96, 96, 3], random(3));
let wrongQuantized = 0;
for (const [real, weights, images] of [
  [fashionNet(), await loadWeights("fashion"), clothes],
  [v1, randomWeights(v1, 1), noise],
  [v2, randomWeights(v2, 1), noise],
]) {
  const [signed, unsigned] = await Promise.all(
    ["int8", "uint8"].map((type) => quantizeNetwork(real, weights, images, { type })),
  );
  wrongQuantized += await compareQuantized(signed, unsigned, images);
}
process.exit(wrong + wrongSums + wrongQuantized === 0 ? 0 : 1);

/** As TensorFlow Lite wants it, and as onnxruntime does: by its rules for sums, here too. */
async function compareQuantized(signed, unsigned, images) {
  const [count, ...extents] = images.shape;
  const file = await writeModel(signed.graph, signed.weights, "tflite");
  const back = await loadModel(file);
  const inOnnx = await loadModel(await writeModel(unsigned.graph, unsigned.weights, "onnx"));
  const lite = await load(file);
  let [total, inLiteRt, inOrt, inBack] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const image = images.slice([i, ...extents.map(() => 0)], [1, ...extents]);
    const own = await answer(signed.graph, signed.weights, [image]);
    total += own.size;
    inBack += differences(own, (await answer(back.graph, back.weights, [image])).toFloat32Array());
    const [{ data }] = await lite.run([image.toFloat32Array()]);
    inLiteRt += differences(own, data);
    const byItsRules = await answer(inOnnx.graph, inOnnx.weights, [image]);
    inOrt += differences(byItsRules, await ofOrt(unsigned.graph, unsigned.weights, [image]));
  }
  lite.close();
  console.log(
    `${signed.graph.name}, ${total} outputs: ${inBack} differ after a .tflite file, ${inLiteRt} in LiteRT.js; ` +
      `of uint8 ${inOrt} in onnxruntime-web`,
  );
  return inBack + inLiteRt + inOrt;
}

/** Layers, pools and moves that all runtimes round alike. */
function network(type, name) {
  const zero = type === "int8" ? 0 : 128;
  const relu6 = { type, scale: Math.fround(6 / 255), zeroPoint: zero - 128 };
  const g = graphBuilder(name, [1, 5 + below(12), 5 + below(12), 1 + below(9)]);
  let x = g.quantize(g.input, {
    type,
    scale: Math.fround(0.02 + 0.02 * source.uniform()),
    zeroPoint: zero + below(9) - 4,
  });
  for (let i = 1 + below(5); i > 0; i--) {
    const [, H, W, C] = g.shapeOf(x);
    const op = oneOf(["conv2d", "depthwiseConv2d", "pointwiseConv2d", "maxPool2d"]);
    const kernel = [1 + below(Math.min(3, H)), 1 + below(Math.min(3, W))];
    if (op === "maxPool2d") {
      x = g.maxPool2d(x, { windowDimensions: kernel, padding: "same" });
      continue;
    }
    const outputs = op === "depthwiseConv2d" ? C : 1 + below(20);
    const signed = { type, scale: Math.fround(0.02 + 0.05 * source.uniform()), zeroPoint: zero + below(60) - 30 };
    const activation = oneOf(["relu6", "relu", "none"]);
    const scale = () => Math.fround(0.002 + 0.01 * source.uniform());
    x = g[op](x, {
      ...(op !== "depthwiseConv2d" && { outputs }),
      ...(op !== "pointwiseConv2d" && { kernel, strides: 1 + below(2), padding: oneOf(["same", 0]) }),
      ...{ activation, bias: source.uniform() < 0.8, output: activation === "none" ? signed : relu6 },
      filter: { scale: type === "int8" && source.uniform() < 0.7 ? Array.from({ length: outputs }, scale) : scale() },
    });
  }
  const graph = g.build(g.dequantize(x));
  return { graph, weights: randomWeights(graph, below(1000)) };
}

async function compare(graph, weights, inputs) {
  const own = await answer(graph, weights, inputs);
  const inOrt = differences(nchw(own), await ofOrt(graph, weights, inputs));
  const model = await load(await writeModel(graph, weights, "tflite"));
  const [{ data }] = await model.run(inputs.map((x) => x.toFloat32Array()));
  const inLiteRt = differences(own, data);
  model.close();
  values += own.size;
  wrong += inOrt + inLiteRt;
  if (inOrt + inLiteRt > 0) {
    const ops = graph.nodes.map(({ op }) => op).join(", ");
    console.log(`${graph.name}, ${ops}: ${inOrt} differ in onnxruntime-web, ${inLiteRt} in LiteRT.js, of ${own.size}`);
  }
}

/** Of what comes back from the file, since sums in it are onnxruntime's. */
async function differing(graph, weights, inputs) {
  const back = await loadModel(await writeModel(graph, weights, "onnx"));
  return differences(nchw(await answer(back.graph, back.weights, inputs)), await ofOrt(graph, weights, inputs));
}

async function answer(graph, weights, inputs) {
  const session = await Session.create(graph, weights, { backend: "simd" });
  const outputs = await session.runAll(Object.fromEntries(graph.inputs.map(({ name }, i) => [name, inputs[i]])));
  session.dispose();
  return outputs.get(graph.output);
}

async function ofOrt(graph, weights, inputs) {
  const session = await ort.InferenceSession.create(await writeModel(graph, weights, "onnx"), { logSeverityLevel: 3 });
  const given = graph.inputs.map(({ name }, i) => {
    const x = nchw(inputs[i]);
    return [name, new ort.Tensor("float32", x.toFloat32Array(), x.shape)];
  });
  return (await session.run(Object.fromEntries(given)))[graph.output].data;
}

function nchw(x) {
  return x.shape.length === 4 ? x.transpose([0, 3, 1, 2]) : x;
}

function differences(answer, other) {
  const own = answer.toFloat32Array();
  if (own.length !== other.length) throw new Error(`${other.length} values, needs ${own.length}`);
  return own.reduce((sum, value, i) => sum + (value === other[i] ? 0 : 1), 0);
}

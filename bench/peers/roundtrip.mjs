/**
 * Files that go out and come back: `npm run test:peers`. Ends with code 1 if anything differs.
 *
 *   ONNX   our export of V1 to V4 runs in onnxruntime, and read back in a session here: equal logits
 *   tfjs   MobileNetV1 as a layers model of TensorFlow.js, saved by it, loads under its own names: equal logits
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  loadModel,
  mobilenetV1,
  mobilenetV2,
  mobilenetV3Large,
  mobilenetV3Small,
  mobilenetV4,
  random,
  randomTensor,
  randomWeights,
  Session,
} from "../../dist/index.js";
import { exportOnnx, importOnnx } from "../../dist/onnx/index.js";

const IMAGES = 2;
let failed = 0;

for (const graph of [
  mobilenetV1({ alpha: 0.5, resolution: 96 }),
  mobilenetV1({ alpha: 0.25, resolution: 64, convolution: "standard" }),
  mobilenetV2({ resolution: 96 }),
  mobilenetV2({ alpha: 0.35, resolution: [64, 96], preset: "torchvision" }),
  mobilenetV3Large({ resolution: 96 }),
  mobilenetV3Small({ resolution: 96, preset: "timm" }),
  mobilenetV3Small({ resolution: 64, minimalistic: true }),
  mobilenetV4({ size: "small", resolution: 96 }),
  mobilenetV4({ size: "medium", resolution: 64 }),
]) {
  const weights = randomWeights(graph, 1);
  const [, H, W, C] = graph.input.shape;
  const x = randomTensor([IMAGES, H, W, C], random(2));
  const expected = await run(graph, weights, x);
  const bytes = exportOnnx(graph, weights, { model: graph.name });

  const { InferenceSession, Tensor } = await import("onnxruntime-node");
  const session = await InferenceSession.create(bytes);
  const image = new Tensor("float32", x.transpose([0, 3, 1, 2]).toFloat32Array(), [IMAGES, C, H, W]);
  const answer = await session.run({ [graph.input.name]: image });
  check(`${graph.name}: ONNX in onnxruntime`, answer[graph.output].data, expected);

  const back = await importOnnx(bytes);
  check(`${graph.name}: ONNX read back`, await run(back.graph, back.weights, x), expected);
}
await tfjs();
console.log(failed === 0 ? "all agree" : `${failed} differ`);
process.exit(failed === 0 ? 0 : 1);

async function run(graph, weights, x) {
  const session = await Session.create(graph, weights);
  const { data } = await session.run(x);
  session.dispose();
  return data;
}

/** Within 1e-4 of the largest logit. */
function check(what, actual, expected) {
  const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const max = expected.reduce((worst, value, i) => Math.max(worst, Math.abs(value - actual[i])), 0) / largest;
  const isRight = actual.length === expected.length && max <= 1e-4;
  if (!isRight) failed++;
  console.log(`${isRight ? "agrees " : "DIFFERS"}  ${what}: ${max.toExponential(1)} of the largest logit`);
}

/** Keras' MobileNetV1 written in TensorFlow.js layers, with weights that are not trivial. */
async function tfjs() {
  const tf = await import("@tensorflow/tfjs");
  await tf.setBackend("cpu");
  const [alpha, resolution, classes] = [0.25, 64, 10];
  const width = (channels) => Math.floor(channels * alpha);
  const model = tf.sequential();
  const finish = (name) => {
    model.add(tf.layers.batchNormalization({ name: `${name}_bn`, epsilon: 1e-3 }));
    model.add(tf.layers.reLU({ name: `${name}_relu`, maxValue: 6 }));
  };
  const common = { padding: "same", useBias: false };
  const inputShape = [resolution, resolution, 3];
  model.add(tf.layers.conv2d({ ...common, name: "conv1", filters: width(32), kernelSize: 3, strides: 2, inputShape }));
  finish("conv1");
  const blocks = [
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
    [512, 2],
    ...Array(5).fill([512, 1]),
    [1024, 2],
    [1024, 1],
  ];
  blocks.forEach(([filters, strides], i) => {
    model.add(tf.layers.depthwiseConv2d({ ...common, name: `conv_dw_${i + 1}`, kernelSize: 3, strides }));
    finish(`conv_dw_${i + 1}`);
    model.add(tf.layers.conv2d({ ...common, name: `conv_pw_${i + 1}`, filters: width(filters), kernelSize: 1 }));
    finish(`conv_pw_${i + 1}`);
  });
  model.add(tf.layers.globalAveragePooling2d({ name: "global_average_pooling2d" }));
  model.add(tf.layers.dense({ name: "conv_preds", units: classes }));
  for (const layer of model.layers) {
    const weights = layer.weights.map(({ originalName, shape }) =>
      /variance|gamma/.test(originalName)
        ? tf.randomUniform(shape, 0.75, 1.25)
        : tf.randomNormal(
            shape,
            0,
            /mean|beta|bias/.test(originalName) ? 0.1 : Math.sqrt(2 / shape.slice(0, -1).reduce((a, b) => a * b, 1)),
          ),
    );
    layer.setWeights(weights);
  }
  const x = randomTensor([IMAGES, ...inputShape], random(3));
  const expected = await model.predict(tf.tensor(x.toFloat32Array(), x.shape)).data();

  const folder = mkdtempSync(join(tmpdir(), "separable-tfjs-"));
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      // Several shards, as its converter writes them.
      const bytes = Buffer.from(tf.io.CompositeArrayBuffer?.join(weightData) ?? weightData);
      const size = 400_000;
      const paths = [];
      for (let at = 0; at < bytes.length; at += size) {
        paths.push(`group1-shard${paths.length + 1}of${Math.ceil(bytes.length / size)}.bin`);
        writeFileSync(join(folder, paths[paths.length - 1]), bytes.subarray(at, at + size));
      }
      const json = { format: "layers-model", modelTopology, weightsManifest: [{ paths, weights: weightSpecs }] };
      writeFileSync(join(folder, "model.json"), JSON.stringify(json));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
  const { naming, weights } = await loadModel(join(folder, "model.json"));
  const graph = mobilenetV1({ alpha, resolution, classes });
  const what = `${graph.name}: a layers model of TensorFlow.js in ${readdirSync(folder).length - 1} shards, names of ${naming}`;
  check(what, await run(graph, weights, x), expected);
  rmSync(folder, { recursive: true });
}

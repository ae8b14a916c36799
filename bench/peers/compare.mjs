/**
 * MobileNetV1 1.0-224 in TensorFlow.js (plain JavaScript backend) and here, in turns in one process, the same weights
 * and picture, outputs checked against each other before anything is timed.
 *
 * Usage: npm run bench:peers [rounds]
 */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { mobilenetV1, random, randomTensor, randomWeights, Session } from "../../dist/index.js";

const ROUNDS = Number(process.argv[2] ?? 7);
const SEED = 1;

const graph = mobilenetV1();
const weights = randomWeights(graph, SEED);
const picture = randomTensor([1, 224, 224, 3], random(SEED + 1));

/** The graph as a chain of TensorFlow.js calls. Batch norm is folded on both sides: the session's own graph is walked. */
function tfjsNetwork(session, folded) {
  const constant = (spec, shape = spec.shape) => tf.tensor(folded.get(spec.name).toFloat32Array(), shape);
  const steps = session.graph.nodes.map((node) => {
    const filter = node.weights.filter && constant(node.weights.filter, filterShape(node));
    const bias = node.weights.bias && constant(node.weights.bias);
    return (x) => {
      switch (node.op) {
        case "conv2d":
        case "pointwiseConv2d":
          return tf.fused.conv2d({
            x,
            filter,
            strides: node.geometry.strideH,
            pad: "same",
            bias,
            activation: node.activation,
          });
        case "depthwiseConv2d":
          return tf.fused.depthwiseConv2d({
            x,
            filter,
            strides: node.geometry.strideH,
            pad: "same",
            bias,
            activation: node.activation,
          });
        case "globalAveragePool2d":
          return tf.mean(x, [1, 2], true);
        case "reshape":
          return tf.reshape(x, node.outputShape);
        case "dense":
          return tf.add(tf.matMul(x, filter), bias);
        default:
          throw new Error(`no TensorFlow.js step for ${node.op}`);
      }
    };
  });
  return (x) => tf.tidy(() => steps.reduce((value, step) => step(value), x));
}

function filterShape({ op, weights: { filter } }) {
  return op === "pointwiseConv2d" ? [1, 1, ...filter.shape] : filter.shape;
}

const { foldBatchNorm } = await import("../../dist/index.js");
const session = await Session.create(graph, weights, { backend: "im2col" });
await tf.setBackend("cpu");
await tf.ready();
const network = tfjsNetwork(session, foldBatchNorm(graph, weights).weights);
const input = tf.tensor(picture.data, [...picture.shape]);

const ours = (await session.run(picture)).data;
const theirs = await network(input).data();
const largest = ours.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const difference = ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0);
if (!(difference <= 1e-4 * largest)) throw new Error(`outputs differ by ${difference}, the largest is ${largest}`);

const times = { separable: [], tfjs: [] };
for (let round = 0; round < ROUNDS; round++) {
  times.separable.push(await time(() => session.run(picture)));
  times.tfjs.push(await time(() => network(input).data()));
}

async function time(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const range = (values) => `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
const gflops = (ms) => ((2 * 568_740_352) / ms / 1e6).toFixed(2);

console.log(`MobileNetV1 1.0-224, one picture, seed ${SEED}, ${ROUNDS} rounds in turns, Node ${process.version}`);
console.log(`outputs differ by at most ${difference.toExponential(1)} (largest ${largest.toPrecision(3)})\n`);
console.log("engine                     median ms   range ms       GFLOP/s");
for (const [name, label] of [
  ["separable", "separable, im2col"],
  ["tfjs", `tfjs-backend-cpu ${tf.version_core}`],
]) {
  const ms = median(times[name]);
  console.log(label.padEnd(27) + ms.toFixed(0).padStart(9) + range(times[name]).padStart(15) + gflops(ms).padStart(10));
}
console.log(`\nseparable is ${(median(times.tfjs) / median(times.separable)).toFixed(1)} times as fast`);

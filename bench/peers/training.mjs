/**
 * One step of training, loss and the gradient of every weight, here and by TensorFlow.js in plain JavaScript: the same
 * network, weights and images, in turns, gradients checked against each other. `npm run bench:training [ROUNDS]`.
 */
import { cpus } from "node:os";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs"; // for its gradients, which the core does not register by itself
import { Bench } from "tinybench";
import { fashionNet, gradientSession, initialWeights, random, randomTensor } from "../../dist/index.js";

const ROUNDS = Number(process.argv[2] ?? 5);
const BATCH = 100;
const IMAGES = 60_000;

const graph = fashionNet();
const weights = initialWeights(graph, 1);
const images = randomTensor([BATCH, 28, 28, 1], random(2), random(3).uniform);
const labels = Array.from({ length: BATCH }, (_, i) => i % 10);

const ours = await Promise.all([1, 2].map((threads) => oursWith(threads)));
const theirs = theirStep();
const engines = [
  ["separable, one thread", ours[0]],
  ["separable, two threads", ours[1]],
  ["tfjs-cpu", theirs],
];
for (const step of ours) await step(); // warm
const times = engines.map(() => []);
let answer;
// Once, because it takes more than a minute: warmth is nothing beside that.
await timed(2, 1, async () => {
  answer = await theirs();
});
const largest = check(await ours[1](), answer);
for (let round = 0; round < ROUNDS; round++) {
  for (let turn = 0; turn < 2; turn++) await timed((turn + round) % 2, 20, ours[(turn + round) % 2]);
}
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

async function timed(i, steps, step) {
  const bench = new Bench({ iterations: steps, time: 0, warmup: false, throws: true });
  bench.add("step", step);
  const [{ result }] = await bench.run();
  times[i].push(result.latency.mean);
}
console.log(
  `${cpus()[0].model.trim()}, Node ${process.version}; a step of ${graph.name}, batch ${BATCH}, medians of ${ROUNDS} rounds, tfjs-cpu once`,
);
console.log(`gradients differ by at most ${largest.toExponential(0)} of the largest of each weight\n`);
console.log("                          ms a step   images/s   an epoch of 60,000   times tfjs-cpu");
engines.forEach(([name], i) => {
  const ms = median(times[i]);
  const row = [
    ms.toFixed(1).padStart(9),
    ((BATCH / ms) * 1000).toFixed(0).padStart(12),
    `${(((IMAGES / BATCH) * ms) / 1000).toFixed(1)} s`.padStart(20),
    (median(times[2]) / ms).toFixed(1).padStart(16),
  ];
  console.log(`${name.padEnd(26)}${row.join(" ")}`);
});
process.exit();

async function oursWith(threads) {
  const session = await gradientSession(graph, weights, BATCH, { threads });
  return async () => {
    session.input.data.set(images.data, session.input.offset);
    const { data, offset, size } = session.targets;
    data.fill(0, offset, offset + size);
    labels.forEach((label, row) => {
      data[offset + row * 10 + label] = 1;
    });
    await session.run();
    return session.gradients;
  };
}

function theirStep() {
  const variables = new Map();
  for (const { op, weights: specs } of graph.nodes) {
    for (const { name, shape } of Object.values(specs)) {
      const full = op === "pointwiseConv2d" ? [1, 1, ...shape] : shape;
      if (!/mean|variance/.test(name))
        variables.set(name, tf.variable(tf.tensor(weights.get(name).data, full), true, name));
    }
  }
  const x = tf.tensor(images.data, images.shape);
  const y = tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), 10), "float32");
  const weight = (node, role) => variables.get(node.weights[role].name);
  const steps = graph.nodes.map((node) => {
    switch (node.op) {
      case "conv2d":
      case "pointwiseConv2d":
        return (v) => tf.conv2d(v, weight(node, "filter"), node.geometry.strideH, "same");
      case "depthwiseConv2d":
        return (v) => tf.depthwiseConv2d(v, weight(node, "filter"), node.geometry.strideH, "same");
      case "batchNormalization":
        return (v) => {
          const { mean, variance } = tf.moments(v, [0, 1, 2]);
          return tf.batchNorm(v, mean, variance, weight(node, "bias"), weight(node, "scale"), node.epsilon);
        };
      case "activation":
        return (v) => tf.relu(v);
      case "globalAveragePool2d":
        return (v) => tf.mean(v, [1, 2]);
      case "reshape":
        return (v) => v;
      case "dense":
        return (v) => tf.add(tf.matMul(v, weight(node, "filter")), weight(node, "bias"));
      default:
        throw new Error(`no TensorFlow.js step for ${node.op}`);
    }
  });
  return async () => {
    const { value, grads } = tf.variableGrads(() => {
      const scores = steps.reduce((v, step) => step(v), x);
      return tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(scores)), 1)));
    });
    const found = new Map(Object.entries(grads).map(([name, gradient]) => [name, gradient.dataSync()]));
    tf.dispose([value, grads]);
    return found;
  };
}

/** The largest difference, over the largest gradient of the same weight. */
function check(a, b) {
  let worst = 0;
  for (const [name, values] of a) {
    const other = b.get(name);
    const max = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    values.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - other[i]) / max);
    });
  }
  if (!(worst < 1e-2)) throw new Error(`gradients differ by ${worst} of the largest`);
  return worst;
}

/**
 * A network of standard convolutions, trained for a few seconds, made separable, and trained again for a few more:
 * `node docs/examples/own-network/run.mjs`. Twenty-eight images are enough to see every step, not to judge a network.
 */
import { evaluate, fashionSample, graphBuilder, Session, savings, toSeparable, train } from "separable";

function standardNetwork() {
  const g = graphBuilder("own", { image: [1, 28, 28, 1] });
  let x = "image";
  for (const [outputs, strides] of [[16, 2], [32, 1], [32, 2]]) {
    x = g.conv2d(x, { outputs, kernel: 3, strides, padding: "same", bias: false });
    x = g.activation(g.batchNormalization(x), "relu");
  }
  return g.build(g.dense(g.reshape(g.globalAveragePool2d(x), [1, 32]), { outputs: 10 }));
}

async function rightOf(graph, weights, data) {
  const session = await Session.create(graph, weights);
  const { right, images } = await evaluate(session, data);
  session.dispose();
  return `${right} of ${images} right`;
}

const data = await fashionSample();
const options = { epochs: 60, batch: 14, shift: 0, flip: false };
const graph = standardNetwork();
const { weights } = await train(graph, data, options);
console.log(`standard, trained: ${await rightOf(graph, weights, data)}`);

const made = toSeparable(graph, weights);
for (const { name, energy } of made.layers) console.log(`${name}: one stamp keeps ${(100 * energy).toFixed(0)} %`);
const { promised } = savings(made.graph, graph);
console.log(`separable: ${promised.toFixed(2)} times fewer multiply-accumulates`);
console.log(`separable, as it is: ${await rightOf(made.graph, made.weights, data)}`);

const again = await train(made.graph, data, options, { weights: made.weights });
console.log(`separable, trained again: ${await rightOf(made.graph, again.weights, data)}`);

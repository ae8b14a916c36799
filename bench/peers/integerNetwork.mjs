/** MobileNets as networks of integers, with random weights: what every engine with eight bits can run. */
import { foldBatchNorm, fuseActivation, graphBuilder, randomWeights } from "../../dist/index.js";

/** Integers of an activation spread by some 40; the ratios of scales keep it so. */
const SPREAD = 40;
/** Mean size of random int8 weights, √(255² / 12). */
const WEIGHT = 73.6;

/** ReLU6 keeps 0 to 6; other results are of either sign. */
function levelsAfter(activation, type) {
  const zero = type === "int8" ? 0 : 128;
  return activation === "relu6"
    ? { type, scale: Math.fround(6 / 255), zeroPoint: zero - 128 }
    : { type, scale: Math.fround(0.05), zeroPoint: zero };
}

/**
 * The same layers on int8, with a scale for each output channel; real numbers at both ends.
 *
 * @returns the graph and its weights
 */
export function integerNetwork(graph, seed = 1, type = "int8") {
  const zero = type === "int8" ? 0 : 128;
  const { nodes, input, output, name } = fuseActivation(foldBatchNorm(graph, randomWeights(graph, 1)).graph);
  const g = graphBuilder(`${name}_int8`, input.shape);
  const values = new Map([[input.name, g.quantize(g.input, { type, scale: Math.fround(1 / 32), zeroPoint: zero })]]);
  const layer = (node, x, K) => {
    const out = levelsAfter(node.activation, type);
    const ratio = (1.5 * SPREAD) / (Math.sqrt(K) * SPREAD * WEIGHT);
    const { scale } = g.levelsOf(x);
    const channels = node.outputShape.at(-1);
    // Scales differ by channel as they do after training, here by a third.
    const scales = Array.from({ length: channels }, (_, o) =>
      Math.fround(((ratio * out.scale) / scale) * (0.85 + 0.3 * ((o * 7) % 10) * 0.1)),
    );
    return { name: node.name, output: out, filter: { scale: scales }, activation: node.activation };
  };
  for (const node of nodes) {
    const [x, second] = node.inputs.map((one) => values.get(one));
    const add = () => {
      const { geometry: k } = node;
      switch (node.op) {
        case "conv2d":
        case "depthwiseConv2d": {
          const { padTop, padBottom, padLeft, padRight, strideH, strideW, KH, KW, O, G, C } = k;
          const own = {
            ...layer(node, x, (KH * KW * C) / G),
            kernel: [KH, KW],
            strides: [strideH, strideW],
            padding: [padTop, padBottom, padLeft, padRight],
          };
          const isDepthwise = node.op === "depthwiseConv2d" || (G === C && G > 1);
          return isDepthwise
            ? g.depthwiseConv2d(x, { ...own, ...layer(node, x, KH * KW) })
            : g.conv2d(x, { ...own, outputs: O, groups: G });
        }
        case "pointwiseConv2d":
          return g.pointwiseConv2d(x, { ...layer(node, x, k.C), outputs: k.O });
        case "dense":
          return g.dense(x, { ...layer(node, x, node.inputShapes[0][1]), outputs: node.outputShape[1] });
        case "add":
          return g.add(x, second, {
            name: node.name,
            output: { type, scale: Math.fround(0.07), zeroPoint: zero },
          });
        case "globalAveragePool2d":
          return g.globalAveragePool2d(x, { name: node.name });
        case "reshape":
          return g.reshape(x, node.outputShape, { name: node.name });
        case "softmax":
          return g.softmax(x, {
            name: node.name,
            output: { type, scale: Math.fround(1 / 256), zeroPoint: zero - 128 },
          });
        default:
          throw new Error(`no ${node.op} of integers`);
      }
    };
    values.set(node.name, add());
  }
  const built = g.build(g.dequantize(values.get(output), { name: "real" }));
  return { graph: built, weights: randomWeights(built, seed) };
}

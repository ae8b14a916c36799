/** Graphs for tests. */
import { type Graph, graphBuilder } from "../../src/index.ts";

/** What only networks of others have: it runs, and cannot be trained. */
export function operationsOfOthers(): Graph {
  const g = graphBuilder("others", [1, 9, 8, 3]);
  const x = g.hardSigmoid(g.clamp(g.input, { minValue: -2, maxValue: 2.5 }), { alpha: 0.2, beta: 0.4 });
  const means = g.reshape(g.globalAveragePool2d(g.transpose(x, [0, 2, 3, 1])), [1, 9]);
  return g.build(g.dense(means, { outputs: 5 }));
}

/** A graph with every operation in it that a network here has. */
export function everything(): Graph {
  const g = graphBuilder("everything", [1, 9, 8, 3]);
  let x = g.conv2d(g.input, {
    name: "stem",
    outputs: 6,
    kernel: [3, 2],
    strides: [2, 1],
    padding: "same",
    bias: false,
  });
  x = g.activation(g.batchNormalization(x, { name: "stem_bn", epsilon: 1e-3 }), "relu6");
  const left = g.depthwiseConv2d(x, { multiplier: 2, dilations: 2, padding: "same", activation: "hardSwish" });
  const right = g.pad(
    g.conv2d(x, { outputs: 8, groups: 2 }),
    [
      [0, 0],
      [1, 1],
      [1, 1],
      [2, 2],
    ],
    { value: 0.5 },
  );
  const gate = g.activation(g.pointwiseConv2d(g.globalAveragePool2d(left), { outputs: 12 }), "hardSigmoid");
  x = g.add(g.mul(left, gate), right);
  x = g.concat(
    [
      g.maxPool2d(x, { windowDimensions: 2, strides: 2 }),
      g.averagePool2d(x, { windowDimensions: [3, 2], strides: 2, padding: [1, 0, 0, 0], countIncludePad: true }),
    ],
    -1,
  );
  const [, H, W, C] = g.shapeOf(x);
  x = g.reshape(x, [1, H * W * C]);
  x = g.activation(g.batchNormalization(g.dense(x, { outputs: 5, bias: true })), "sigmoid");
  return g.build(g.softmax(x));
}

/** Two inputs and three outputs: a map, scores, and an input's mean; the map is read on, the scores come from dense layers. */
export function severalEnds(): Graph {
  const g = graphBuilder("several", { image: [1, 8, 6, 3], mask: [1, 8, 6, 1] });
  const x = g.mul(g.conv2d("image", { outputs: 8, padding: "same", activation: "relu6" }), "mask");
  const map = g.add(x, g.pointwiseConv2d(g.depthwiseConv2d(x, { padding: "same" }), { outputs: 8 }), { name: "map" });
  const means = g.reshape(g.globalAveragePool2d(map), [1, 8]);
  const scores = g.activation(g.dense(g.dense(means, { outputs: 40 }), { outputs: 4 }), "relu");
  return g.build({ map, scores, brightness: g.globalAveragePool2d("image") });
}

/** The same graph with one of its outputs alone, and the inputs and weights as they are. */
export function withOnlyOutput(graph: Graph, output: string): Graph {
  return { ...graph, output, outputs: [output] };
}

/**
 * Two networks of one's own that differ in their convolutions: with a residual addition, a strided, a dilated and a
 * grouped layer.
 */
export function ownPair(): { readonly separable: Graph; readonly standard: Graph } {
  const build = (name: "separable" | "standard"): Graph => {
    const g = graphBuilder(name, [1, 32, 32, 3]);
    const conv = (x: string, outputs: number, options: object = {}): string => {
      const window = { padding: "same", ...options } as const;
      if (name === "standard") return g.conv2d(x, { ...window, outputs, activation: "relu" });
      return g.pointwiseConv2d(g.depthwiseConv2d(x, window), { outputs, activation: "relu" });
    };
    let x = g.conv2d(g.input, { outputs: 16, padding: "same", activation: "relu" });
    x = g.activation(g.add(x, conv(x, 16)), "relu");
    x = conv(x, 32, { strides: 2 });
    x = conv(x, 32, { dilations: 2 });
    x = g.conv2d(x, { outputs: 32, groups: 2, padding: "same", activation: "relu" });
    x = g.reshape(g.globalAveragePool2d(x), [1, 32]);
    return g.build(g.dense(x, { outputs: 10 }));
  };
  return { separable: build("separable"), standard: build("standard") };
}

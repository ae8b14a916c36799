/** Bits of the simd tier's answers as short numbers, in Node or in a page: the same everywhere, or a bug. */

/** FNV-1a over the bytes. */
function hash({ buffer, byteOffset, byteLength }) {
  let h = 0x811c9dc5;
  for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) h = Math.imul(h ^ byte, 0x01000193);
  return (h >>> 0).toString(16).padStart(8, "0");
}

/** A network of integers, with every operation that has an emitted kernel. */
export function integerNetwork({ graphBuilder }) {
  const levels = (zeroPoint, scale = 0.05) => ({ type: "int8", scale, zeroPoint });
  const filter = { scale: 0.004 };
  const g = graphBuilder("integers", [1, 21, 19, 5]);
  const layer = { padding: "same", output: levels(-128, 6 / 255), activation: "relu6", filter };
  let x = g.quantize(g.input, levels(7));
  x = g.conv2d(x, { ...layer, outputs: 24, kernel: [3, 2] });
  const first = g.depthwiseConv2d(x, { ...layer, kernel: 5 });
  x = g.add(first, g.pointwiseConv2d(first, { ...layer, outputs: 24, output: levels(3) }), {
    output: levels(-5, 0.06),
  });
  x = g.mul(x, g.activation(x, "hardSwish", { output: levels(-100, 0.03) }), { output: levels(-20, 0.04) });
  x = g.conv2d(x, { ...layer, outputs: 18, strides: 2, dilations: [1, 1], groups: 2 });
  x = g.averagePool2d(g.maxPool2d(x, { windowDimensions: 2, strides: 1 }), { windowDimensions: 3, padding: 1 });
  x = g.concat(
    [
      x,
      g.pad(g.depthwiseConv2d(x, { ...layer, kernel: 3, padding: 0 }), [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]),
    ],
    3,
  );
  x = g.dense(g.reduceMean(x, { axes: [1, 2], output: levels(-128, 0.02) }), {
    outputs: 33,
    filter,
    output: levels(9),
  });
  return g.build(g.softmax(x, { output: levels(-128, 1 / 256) }));
}

export async function digests(separable) {
  const { graphBuilder, mobilenetV1, random, randomTensor, randomWeights, Session, withAlgorithm } = separable;
  const twin = mobilenetV1({ alpha: 0.25, resolution: 64, convolution: "standard" });
  const g = graphBuilder("a bit of everything", [1, 11, 9, 7]);
  let x = g.conv2d(g.input, { outputs: 10, kernel: [3, 2], strides: [2, 1], padding: "same", activation: "hardSwish" });
  x = g.batchNormalization(
    g.depthwiseConv2d(x, { kernel: 5, multiplier: 2, dilations: [1, 2], padding: "same", activation: "sigmoid" }),
  );
  x = g.mul(x, g.activation(g.pointwiseConv2d(g.globalAveragePool2d(x), { outputs: 20 }), "hardSigmoid"));
  x = g.averagePool2d(g.maxPool2d(x, { windowDimensions: 2, strides: 2 }), { windowDimensions: 2, padding: 1 });
  const [, H, W, C] = g.shapeOf(x);
  const small = g.build(g.softmax(g.dense(g.reshape(x, [1, H * W * C]), { outputs: 33 })));
  const graphs = [
    small,
    mobilenetV1({ alpha: 0.25, resolution: 128 }),
    mobilenetV1({ alpha: 0.5, resolution: [96, 130] }),
    mobilenetV1(),
    twin,
    { ...withAlgorithm(twin, "winograd2"), name: "winograd2" },
    { ...withAlgorithm(twin, "winograd4"), name: "winograd4" },
  ];
  const result = {};
  for (const graph of graphs) {
    const weights = randomWeights(graph, 1);
    const image = randomTensor(graph.input.shape, random(2));
    for (const threads of [1, 2, 3]) {
      const session = await Session.create(graph, weights, { backend: "simd", threads });
      if (session.threads !== threads || session.backend !== "simd")
        throw new Error(`${graph.name}: ${session.threads} threads`);
      result[`${graph.name}, ${threads} threads`] = hash((await session.run(image)).data);
      session.dispose();
    }
  }
  return { ...result, ...(await integerDigests(separable, [1, 2, 3])) };
}

/** By each rule of rounding: of the naive tier, and of the simd tier on any number of threads. */
export async function integerDigests(separable, numbersOfThreads) {
  const { random, randomTensor, randomWeights, ROUNDINGS, Session } = separable;
  const graph = integerNetwork(separable);
  const weights = randomWeights(graph, 1);
  const images = randomTensor([3, ...graph.input.shape.slice(1)], random(2));
  const result = {};
  for (const rounding of ROUNDINGS) {
    const naive = await Session.create(graph, weights, { backend: "naive", rounding });
    const expected = hash((await naive.run(images)).data);
    result[`integers of ${rounding}, all tiers`] = expected;
    for (const threads of numbersOfThreads) {
      const session = await Session.create(graph, weights, { backend: "simd", rounding, threads });
      const found = hash((await session.run(images)).data);
      if (found !== expected) throw new Error(`integers, ${rounding}, ${threads} threads: the tiers differ`);
      session.dispose();
    }
  }
  return result;
}

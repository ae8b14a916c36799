/** Bits of the simd tier's answers as short numbers, in Node or in a page: the same everywhere, or a bug. */

/** FNV-1a over the bytes. */
function hash({ buffer, byteOffset, byteLength }) {
  let h = 0x811c9dc5;
  for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) h = Math.imul(h ^ byte, 0x01000193);
  return (h >>> 0).toString(16).padStart(8, "0");
}

export async function digests({ graphBuilder, mobilenetV1, random, randomTensor, randomWeights, Session }) {
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
    mobilenetV1({ alpha: 0.25, resolution: 64, convolution: "standard" }),
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
  return result;
}

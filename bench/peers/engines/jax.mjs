/** jax-js, which emits WebAssembly too. Pointwise layers go to its matrix product, which is its faster way. */

export const jax = {
  name: "jax-js",
  package: "@jax-js/jax",
  open: async () => {
    const { defaultDevice, init, jit, lax, numpy: np } = await import("@jax-js/jax");
    await init("wasm");
    defaultDevice("wasm");
    return async (graph, weights) => {
      const constants = [];
      const constant = (tensor, shape) => {
        constants.push(np.array(tensor.toFloat32Array()).reshape(shape));
        return constants.length - 1;
      };
      const steps = graph.nodes.map((node) => stepOf(np, lax, node, weights, constant));
      const forward = jit((x, ...values) => steps.reduce((value, step) => step(value, values), x));
      const [, H, W, C] = graph.input.shape;
      const [, OH, OW, O] = graph.nodes[graph.nodes.length - 1].outputShape;
      return {
        input: (x) => np.array(x.transpose([0, 3, 1, 2]).toFloat32Array()).reshape([1, C, H, W]),
        run: async (x) => forward(x.ref, ...constants.map((value) => value.ref)).data(),
        output: (data) =>
          O === undefined
            ? data
            : Float32Array.from({ length: data.length }, (_, i) => data[(i % O) * OH * OW + Math.floor(i / O)]),
      };
    };
  },
};

function stepOf(np, lax, node, weights, constant) {
  const weight = (role, permutation, shape) => {
    const tensor = weights.get(node.weights[role].name);
    return constant(permutation ? tensor.transpose(permutation) : tensor, shape);
  };
  const bend = (y) => (node.activation === "relu6" ? np.clip(y, 0, 6) : y);
  if (node.op === "globalAveragePool2d") return (x) => np.mean(x, [2, 3]);
  if (node.op === "reshape") return (x) => x;
  if (node.op === "dense") {
    const filter = weight("filter", null, node.weights.filter.shape);
    const bias = weight("bias", null, node.weights.bias.shape);
    return (x, values) => np.matmul(x, values[filter].ref).add(values[bias].ref);
  }
  const { H, W, C, O, G, KH, KW, OH, OW, strideH, strideW, padTop, padBottom, padLeft, padRight } = node.geometry;
  const bias = weight("bias", null, [O, 1, 1]);
  if (node.op === "pointwiseConv2d") {
    const filter = weight("filter", [1, 0], [O, C]);
    return (x, values) => {
      const product = np.matmul(values[filter].ref, x.reshape([C, H * W])).reshape([1, O, OH, OW]);
      return bend(product.add(values[bias].ref));
    };
  }
  const filter = weight("filter", node.op === "conv2d" ? [3, 2, 0, 1] : [2, 3, 0, 1], [O, C / G, KH, KW]);
  const padding = [
    [padTop, padBottom],
    [padLeft, padRight],
  ];
  return (x, values) => {
    const options = { featureGroupCount: G };
    const y = lax.convGeneralDilated(x, values[filter].ref, [strideH, strideW], padding, options);
    return bend(y.add(values[bias].ref));
  };
}

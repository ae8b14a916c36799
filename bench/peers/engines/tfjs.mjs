/**
 * TensorFlow.js: plain JavaScript, or XNNPACK in WebAssembly. A graph becomes its fused operations, one after the
 * other.
 */

const open = async (backend) => {
  const tf = await import("@tensorflow/tfjs-core");
  await import(`@tensorflow/tfjs-backend-${backend}`);
  await tf.setBackend(backend);
  await tf.ready();
  return async (graph, weights) => {
    await tf.setBackend(backend);
    const steps = graph.nodes.map((node) => ({ ...node, compute: stepOf(tf, node, weights) }));
    const forward = (x) => {
      const values = new Map([[graph.input.name, x]]);
      for (const { name, inputs, compute } of steps)
        values.set(name, compute(...inputs.map((input) => values.get(input))));
      return values.get(graph.output);
    };
    const [, H, W, C] = graph.input.shape;
    return {
      input: (x) => tf.tensor(x.toFloat32Array(), [1, H, W, C]),
      run: async (x) => {
        await tf.setBackend(backend);
        const y = tf.tidy(() => forward(x));
        const data = await y.data();
        y.dispose();
        return data;
      },
      output: (data) => data,
    };
  };
};

function stepOf(tf, node, weights) {
  const constant = (spec, shape = spec.shape) => tf.tensor(weights.get(spec.name).toFloat32Array(), shape);
  const { filter: filterSpec, bias: biasSpec } = node.weights;
  const shape = node.op === "pointwiseConv2d" ? [1, 1, ...filterSpec.shape] : filterSpec?.shape;
  const filter = filterSpec && constant(filterSpec, shape);
  const bias = biasSpec && constant(biasSpec);
  // Its kernels fuse these; the hard ones are what its users write.
  const activation = node.activation === "relu6" || node.activation === "relu" ? node.activation : "linear";
  const gate = (x) => tf.mul(tf.relu6(tf.add(x, 3)), 1 / 6);
  const bend = { hardSwish: (x) => tf.mul(x, gate(x)), hardSigmoid: gate }[node.activation] ?? ((x) => x);
  const convolution = (x) => ({ x, filter, strides: node.geometry.strideH, pad: "same", bias, activation });
  switch (node.op) {
    case "conv2d":
    case "pointwiseConv2d":
      return (x) => bend(tf.fused.conv2d(convolution(x)));
    case "depthwiseConv2d":
      return (x) => bend(tf.fused.depthwiseConv2d(convolution(x)));
    case "globalAveragePool2d":
      return (x) => tf.mean(x, [1, 2], true);
    case "reshape":
      return (x) => tf.reshape(x, node.outputShape);
    case "dense":
      return (x) => bend(tf.fused.matMul({ a: x, b: filter, bias, activation }));
    case "add":
      return (a, b) => tf.add(a, b);
    case "mul":
      return (a, b) => tf.mul(a, b);
    default:
      throw new Error(`no TensorFlow.js step for ${node.op}`);
  }
}

export const tfjsCpu = { name: "tfjs-cpu", package: "@tensorflow/tfjs-backend-cpu", open: () => open("cpu") };
export const tfjsWasm = { name: "tfjs-wasm", package: "@tensorflow/tfjs-backend-wasm", open: () => open("wasm") };

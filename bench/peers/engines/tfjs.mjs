/** TensorFlow.js: plain JavaScript, or XNNPACK in WebAssembly. A graph is a chain of its fused operations. */

const open = async (backend) => {
  const tf = await import("@tensorflow/tfjs-core");
  await import(`@tensorflow/tfjs-backend-${backend}`);
  await tf.setBackend(backend);
  await tf.ready();
  return async (graph, weights) => {
    await tf.setBackend(backend);
    const steps = graph.nodes.map((node) => stepOf(tf, node, weights));
    const [, H, W, C] = graph.input.shape;
    return {
      input: (x) => tf.tensor(x.toFloat32Array(), [1, H, W, C]),
      run: async (x) => {
        await tf.setBackend(backend);
        const y = tf.tidy(() => steps.reduce((value, step) => step(value), x));
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
  const activation = node.activation === "relu6" ? "relu6" : "linear";
  const convolution = (x) => ({ x, filter, strides: node.geometry.strideH, pad: "same", bias, activation });
  switch (node.op) {
    case "conv2d":
    case "pointwiseConv2d":
      return (x) => tf.fused.conv2d(convolution(x));
    case "depthwiseConv2d":
      return (x) => tf.fused.depthwiseConv2d(convolution(x));
    case "globalAveragePool2d":
      return (x) => tf.mean(x, [1, 2], true);
    case "reshape":
      return (x) => tf.reshape(x, node.outputShape);
    case "dense":
      return (x) => tf.add(tf.matMul(x, filter), bias);
    default:
      throw new Error(`no TensorFlow.js step for ${node.op}`);
  }
}

export const tfjsCpu = { name: "tfjs-cpu", package: "@tensorflow/tfjs-backend-cpu", open: () => open("cpu") };
export const tfjsWasm = { name: "tfjs-wasm", package: "@tensorflow/tfjs-backend-wasm", open: () => open("wasm") };

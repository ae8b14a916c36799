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
  const bends = { hardSwish: (x) => tf.mul(x, gate(x)), hardSigmoid: gate, sigmoid: tf.sigmoid };
  const bend = bends[node.activation] ?? ((x) => x);
  const convolution = (x) => ({ x, filter, bias, activation, ...windowOf(node.geometry) });
  const steps = {
    conv2d: (x) => bend(tf.fused.conv2d(convolution(x))),
    pointwiseConv2d: (x) => bend(tf.fused.conv2d(convolution(x))),
    depthwiseConv2d: (x) => bend(tf.fused.depthwiseConv2d(convolution(x))),
    maxPool2d: (x) => {
      const { KH, KW } = node.geometry;
      const { strides, pad, dimRoundingMode } = windowOf(node.geometry);
      return tf.maxPool(x, [KH, KW], strides, pad, dimRoundingMode);
    },
    globalAveragePool2d: (x) => tf.mean(x, [1, 2], true),
    reshape: (x) => tf.reshape(x, node.outputShape),
    transpose: (x) => tf.transpose(x, node.permutation),
    concat: (...values) => tf.concat(values, node.axis),
    slice: (x) => tf.slice(x, node.starts, node.sizes),
    resample2d: (x) => tf.image.resizeBilinear(x, node.outputShape.slice(1, 3), false, true),
    dense: (x) => bend(tf.fused.matMul({ a: x, b: filter, bias, activation })),
    add: (a, b) => tf.add(a, b),
    mul: (a, b) => tf.mul(a, b),
  };
  const isOther =
    (node.op === "resample2d" && (node.mode !== "linear" || node.coordinates !== "half-pixel")) ||
    (node.op === "slice" && node.steps.some((step) => step !== 1)) ||
    (node.op === "conv2d" && node.geometry.G > 1);
  if (isOther || !steps[node.op]) throw new Error(`no TensorFlow.js step for ${node.name}, ${node.op}`);
  return steps[node.op];
}

/** Strides, dilations and padding: "same" where that is what it is, which its kernels pad themselves. */
function windowOf(g) {
  const same = (extent, taps, stride, dilation) =>
    Math.max(0, (Math.ceil(extent / stride) - 1) * stride + (taps - 1) * dilation + 1 - extent);
  const rows = same(g.H, g.KH, g.strideH, g.dilationH);
  const columns = same(g.W, g.KW, g.strideW, g.dilationW);
  const isSame =
    g.padTop === Math.floor(rows / 2) &&
    g.padBottom === Math.ceil(rows / 2) &&
    g.padLeft === Math.floor(columns / 2) &&
    g.padRight === Math.ceil(columns / 2);
  const sides = [
    [0, 0],
    [g.padTop, g.padBottom],
    [g.padLeft, g.padRight],
    [0, 0],
  ];
  return {
    strides: [g.strideH, g.strideW],
    dilations: [g.dilationH, g.dilationW],
    ...(isSame ? { pad: "same" } : { pad: sides, dimRoundingMode: "floor" }),
  };
}

export const tfjsCpu = { name: "tfjs-cpu", package: "@tensorflow/tfjs-backend-cpu", open: () => open("cpu") };
export const tfjsWasm = { name: "tfjs-wasm", package: "@tensorflow/tfjs-backend-wasm", open: () => open("wasm") };

/** onnxruntime, in WebAssembly or native, from the same graph written as ONNX. */
import { exportOnnx } from "../../../dist/onnx/index.js";

const open = async (kind, threads) => {
  const runtime = await import(`onnxruntime-${kind}`);
  if (kind === "web") runtime.env.wasm.numThreads = threads;
  const options =
    kind === "web" ? { executionProviders: ["wasm"] } : { intraOpNumThreads: threads, interOpNumThreads: 1 };
  return async (graph, weights) => {
    const session = await runtime.InferenceSession.create(exportOnnx(graph, weights), options);
    const [, H, W, C] = graph.input.shape;
    const { outputShape } = graph.nodes.find(({ name }) => name === graph.output);
    return {
      input: (x) => new runtime.Tensor("float32", x.transpose([0, 3, 1, 2]).toFloat32Array(), [1, C, H, W]),
      run: async (x) => (await session.run({ [graph.input.name]: x }))[graph.output].data,
      output: (data) => nhwc(data, outputShape),
    };
  };
};

/** An image nhwc from one nchw. */
function nhwc(data, shape) {
  if (shape.length !== 4) return data;
  const [, H, W, C] = shape;
  return Float32Array.from({ length: data.length }, (_, i) => data[(i % C) * H * W + Math.floor(i / C)]);
}

export const ortWeb = { name: "onnxruntime-web", package: "onnxruntime-web", open: (threads) => open("web", threads) };
export const ortNode = {
  name: "onnxruntime-node",
  package: "onnxruntime-node",
  open: (threads) => open("node", threads),
};

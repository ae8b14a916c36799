/** onnxruntime, in WebAssembly or native, from the same graph written as ONNX. */
import { toOnnx } from "../onnx.mjs";

/** @param kind "web" or "node" */
export async function ort(kind, threads) {
  const runtime = await import(kind === "web" ? "onnxruntime-web" : "onnxruntime-node");
  if (kind === "web") runtime.env.wasm.numThreads = threads;
  return {
    prepare: async (graph, weights) => {
      const { bytes, output, dims } = toOnnx(graph, weights);
      const options = kind === "web" ? { executionProviders: ["wasm"] } : { intraOpNumThreads: threads, interOpNumThreads: 1 };
      const session = await runtime.InferenceSession.create(bytes, options);
      const [, H, W, C] = graph.input.shape;
      return {
        /** nhwc in, nchw for the engine; not part of what is timed */
        picture: (x) => new runtime.Tensor("float32", x.transpose([0, 3, 1, 2]).toFloat32Array(), [1, C, H, W]),
        run: async (x) => (await session.run({ x }))[output].data,
        /** the answer as nhwc */
        answer: (data) => nhwc(data, dims),
      };
    },
  };
}

function nhwc(data, dims) {
  if (dims.length !== 4) return data;
  const [, C, H, W] = dims;
  return Float32Array.from({ length: data.length }, (_, i) => data[(i % C) * H * W + Math.floor(i / C)]);
}

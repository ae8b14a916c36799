/** This project's own sessions, on the SIMD tier and in plain JavaScript. */

const open = async (backend, threads, precision) => {
  const { Session } = await import("../../../dist/index.js");
  return async (graph, weights) => {
    const session = await Session.create(graph, weights, { backend, threads, precision });
    return {
      input: (x) => x,
      run: async (x) => (await session.run(x)).data,
      output: (data) => data,
      kernelMs: async (x) => (await session.profile(x, { runs: 20 })).reduce((sum, { ms }) => sum + ms, 0),
      close: () => session.dispose(),
    };
  };
};

export const separable = { name: "separable", package: "separable", open: (threads) => open("simd", threads) };
/** Product and sum in one instruction, where the engine has one. */
export const separableFast = {
  name: "separable fast",
  package: "separable",
  open: (threads) => open("simd", threads, "fast"),
};
export const plainJavaScript = { name: "separable im2col", package: "separable", open: () => open("im2col", 1) };

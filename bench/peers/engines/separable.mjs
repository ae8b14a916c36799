/** This project's own session. */

export const separable = {
  name: "separable",
  package: "separable",
  open: async (threads) => {
    const { Session } = await import("../../../dist/index.js");
    return async (graph, weights) => {
      const session = await Session.create(graph, weights, { backend: "simd", threads });
      return {
        input: (x) => x,
        run: async (x) => (await session.run(x)).data,
        output: (data) => data,
        kernelMs: async (x) => (await session.profile(x, { runs: 20 })).reduce((sum, { ms }) => sum + ms, 0),
        close: () => session.dispose(),
      };
    };
  },
};

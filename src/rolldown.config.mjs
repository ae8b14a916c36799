/**
 * Bundles what is published: one file for programs, one for the command line, and what they share. Types come from tsc.
 */
import { defineConfig } from "rolldown";

export default defineConfig({
  input: {
    index: "src/index.ts",
    "onnx/index": "src/formats/onnx/index.ts",
    "testing/index": "src/testing/index.ts",
    "quantized/index": "src/ops/quantized/index.ts",
    "report/index": "src/report/index.ts",
    "cli/main": "src/cli/main.ts",
  },
  platform: "neutral",
  external: ["sharp", "jsfive", /^node:/],
  output: { dir: "dist", format: "esm", chunkFileNames: "[name].js" },
});

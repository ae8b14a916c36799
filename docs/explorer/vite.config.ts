/** @file Builds the explorer: one self-contained HTML file, and the chapters beside it as pages. */
import { defineConfig } from "vite";
import { chapters } from "./build/chapters.ts";
import { embeddedWeights } from "./build/embeddedWeights.ts";
import { oneFile } from "./build/oneFile.ts";
import { pixels } from "./build/pixels.ts";
import { readersOnly } from "./build/readersOnly.ts";

/** Headers that isolate the page, which allows threads that share memory. */
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [readersOnly(), pixels(), embeddedWeights(), oneFile(), chapters()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: false,
    cssCodeSplit: false, // a separate CSS file; otherwise the program would contain the style
    rolldownOptions: {
      output: { format: "iife", codeSplitting: false },
      checks: { emptyImportMeta: false }, // code that reads it is replaced, or runs only in Node
    },
  },
  preview: { headers: ISOLATED },
});

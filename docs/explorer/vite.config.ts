/** @file Builds the explorer: one HTML file with everything in it, and the chapters beside it as pages. */
import { defineConfig } from "vite";
import { chapters } from "./build/chapters.ts";
import { embeddedWeights } from "./build/embeddedWeights.ts";
import { oneFile } from "./build/oneFile.ts";
import { pixels } from "./build/pixels.ts";
import { readersOnly } from "./build/readersOnly.ts";

/** With these a page is isolated, and may have threads that share memory. */
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
    cssCodeSplit: false, // a file of its own, which the program would otherwise carry
    rolldownOptions: {
      output: { format: "iife", codeSplitting: false },
      checks: { emptyImportMeta: false }, // what reads it is replaced, or runs in Node only
    },
  },
  preview: { headers: ISOLATED },
});

/** @file The public door for ONNX: everything that `separable/onnx` has. */
export { exportOnnx } from "./export.ts";
export { type ImportedGraph, type ImportOnnxOptions, importOnnx } from "./import.ts";

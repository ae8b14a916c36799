/** @file Public entry point of `separable/onnx`. */
export { exportOnnx } from "./export.ts";
export { type ImportedGraph, type ImportOnnxOptions, importOnnx } from "./import.ts";

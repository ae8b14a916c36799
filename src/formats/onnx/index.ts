/** @file Public entry point of `separable/onnx`. */

export type { ImportedNetwork } from "../format.ts";
export { exportOnnx } from "./export.ts";
export { type ImportedGraph, type ImportOnnxOptions, importOnnx } from "./import.ts";
export type { InputShapes } from "./input.ts";

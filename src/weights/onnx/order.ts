/** @file Axis orders of images: [n, c, h, w] in ONNX, [n, h, w, c] in a graph. */

/** Permutation from a graph's order to ONNX's: element i is the graph's axis for ONNX's axis i. */
export const TO_ONNX: readonly number[] = [0, 3, 1, 2];

/** Permutation from ONNX's order to a graph's: element i is ONNX's axis for the graph's axis i. */
export const TO_GRAPH: readonly number[] = [0, 2, 3, 1];

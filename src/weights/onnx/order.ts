/** @file ONNX keeps images as [n, c, h, w], a graph as [n, h, w, c]. */

/** The axes of a graph's image in ONNX's order; in a graph's order, where each axis of ONNX stands. */
export const TO_ONNX: readonly number[] = [0, 3, 1, 2];

/** The axes of ONNX's image in a graph's order; in ONNX's order, where each axis of a graph stands. */
export const TO_GRAPH: readonly number[] = [0, 2, 3, 1];

/** Formats in, one graph, and what can be done with it. */
import { BOLD, box, GREY, INK, PALE, svg, text } from "./plain.mjs";

const READ = [
  ["safetensors, npz", "weights: the network is found by their names"],
  ["Keras .h5, .keras", "network and weights"],
  ["TensorFlow.js", "network and weights"],
  ["TensorFlow Lite", "network and weights, integers too"],
  ["ONNX", "network and weights, integers too"],
  ["JSON", "network"],
];
const DO = ["classify", "summary, count", "compare, profile", "vectors --layer", "quantize, --separable", "convert: tflite, onnx,\ntfjs, safetensors"];
const ROW = 42;

export const files = svg(760, 300, [
  ...READ.flatMap(([name, words], i) => [
    ...box(20, 20 + i * ROW, 134, name, PALE[2]),
    `<path d="M158 ${35 + i * ROW}L330 150" fill="none" stroke="${INK}" stroke-width="0.8"><title>${words}</title></path>`,
  ]),
  ...box(332, 110, 116, "graph\nand weights\nby name", GREY, 80),
  ...DO.flatMap((name, i) => [
    `<path d="M450 150L572 ${35 + i * ROW}" fill="none" stroke="${INK}" stroke-width="0.8"/>`,
    ...box(574, 20 + i * ROW, 166, name, PALE[1], i === 5 ? 40 : 30),
  ]),
  text(390, 222, "loadModel", `${BOLD} text-anchor="middle"`),
  text(390, 240, "inspect shows any of them", 'text-anchor="middle" font-size="12"'),
]);

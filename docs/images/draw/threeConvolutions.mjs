/** The inputs that one output of a standard, a depthwise and a pointwise convolution reads. */
import { arrow, BOLD, cell, CELL, COLOURS, grid, OUT, OUT_PALE, PALE, svg, text } from "./plain.mjs";

const WORDS = {
  en: {
    standard: ["standard", "each output channel has its own 3×3×3 kernel, which reads all channels"],
    depthwise: ["depthwise", "each channel has one 3×3 kernel, which reads no other channel"],
    pointwise: ["pointwise", "a 1×1 kernel as deep as the input: one pixel, all channels"],
    kernels: (count) => `${count} kernels`,
    weights: (count) => `${count} weights`,
  },
  zh: {
    standard: ["标准卷积", "每个输出通道都有自己的 3×3×3 卷积核，读取所有通道"],
    depthwise: ["深度卷积", "每个通道只有一个 3×3 卷积核，不读取其他通道"],
    pointwise: ["逐点卷积", "1×1 卷积核，深度等于输入通道数：一个像素，所有通道"],
    kernels: (count) => `${count} 个卷积核`,
    weights: (count) => `${count} 个权重`,
  },
};

/** Grids behind one another, the last one in front. */
const stack = (x, y, count, rows, columns, fill) =>
  Array.from({ length: count }, (_, k) => count - 1 - k).flatMap((k) =>
    grid(x + k * 10, y - k * 10, rows, columns, (r, c) => fill(k, r, c)),
  );

const inWindow = (r, c) => r >= 1 && r <= 3 && c >= 1 && c <= 3;

/** One row: input, kernel, output, and two lines of text above them. */
function row(y, [title, words], inputFill, kernel, outputs, outputFill) {
  return [
    text(20, y - 44, title, `${BOLD} font-size="15"`),
    text(20, y - 26, words),
    ...stack(20, y + 24, 3, 5, 5, inputFill),
    arrow(152, y + 60, 22),
    ...kernel(190, y + 42),
    arrow(290, y + 60, 22),
    ...stack(330, y + 24, outputs, 5, 5, outputFill),
  ];
}

export function threeConvolutions(language) {
  const words = WORDS[language];
  return svg(600, 620, [
    ...row(
      70,
      words.standard,
      (k, r, c) => (inWindow(r, c) ? COLOURS[k] : PALE[k]),
      (x, y) => stack(x, y, 3, 3, 3, (k) => COLOURS[k]),
      4,
      (k, r, c) => (k === 0 && r === 2 && c === 2 ? OUT : OUT_PALE),
    ),
    text(472, 120, words.kernels("O")),
    text(472, 138, words.weights("k·k·C·O")),
    ...row(
      280,
      words.depthwise,
      (k, r, c) => (k === 0 && inWindow(r, c) ? COLOURS[0] : PALE[k]),
      (x, y) => grid(x, y, 3, 3, () => COLOURS[0]),
      3,
      (k, r, c) => (k === 0 && r === 2 && c === 2 ? COLOURS[0] : PALE[k]),
    ),
    text(472, 330, words.kernels("C")),
    text(472, 348, words.weights("k·k·C")),
    ...row(
      490,
      words.pointwise,
      (k, r, c) => (r === 2 && c === 2 ? COLOURS[k] : PALE[k]),
      (x, y) => [2, 1, 0].map((k) => cell(x + 18 + k * 10, y + 18 - k * 10, COLOURS[k], CELL)),
      4,
      (k, r, c) => (k === 0 && r === 2 && c === 2 ? OUT : OUT_PALE),
    ),
    text(472, 540, words.kernels("O")),
    text(472, 558, words.weights("C·O")),
  ]);
}

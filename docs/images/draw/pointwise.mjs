/** A pointwise convolution of four pixels is a matrix product with the pixels as rows. */
import { arrow, BOLD, COLOURS, grid, MIDDLE, OUT_PALE, PALE, svg, text } from "./plain.mjs";

const SIZE = 34;
const IMAGE = [[2, 5], [1, 0], [3, 1], [0, 4]];
const FILTER = [[1, 0, 10], [0, 1, 10]];
const OUTPUT = IMAGE.map((pixel) => FILTER[0].map((_, o) => pixel.reduce((sum, x, c) => sum + x * FILTER[c][o], 0)));
const WORDS = {
  en: {
    image: "2×2 image, C = 2",
    rows: "pixels as rows",
    filter: "filter [C, O]",
    output: "output, O = 3",
  },
  zh: { image: "2×2 图像，C = 2", rows: "像素作行", filter: "权重矩阵 [C, O]", output: "输出，O = 3" },
};

const table = (x, y, values, fill) => [
  ...grid(x, y, values.length, values[0].length, fill, SIZE),
  ...values.flatMap((row, r) =>
    row.map((value, c) => text(x + (c + 0.5) * SIZE, y + (r + 0.5) * SIZE + 5, String(value), MIDDLE)),
  ),
];

export function pointwise(language) {
  const words = WORDS[language];
  const [red, green] = [PALE[0], PALE[1]];
  const channel = (_, c) => (c === 0 ? red : green);
  const plane = (c) => [[IMAGE[0][c], IMAGE[1][c]], [IMAGE[2][c], IMAGE[3][c]]];
  return svg(760, 222, [
    text(20, 30, words.image, BOLD),
    ...table(20, 52, plane(0), () => red),
    ...table(20, 132, plane(1), () => green),
    arrow(104, 120, 44),
    text(190, 30, words.rows, BOLD),
    ...table(190, 52, IMAGE, channel),
    text(276, 126, "×", `${MIDDLE} font-size="20"`),
    text(306, 30, words.filter, BOLD),
    ...table(306, 86, FILTER, (r) => (r === 0 ? red : green)),
    text(432, 126, "=", `${MIDDLE} font-size="20"`),
    text(462, 30, words.output, BOLD),
    ...table(462, 52, OUTPUT, () => OUT_PALE),
    `<rect x="190" y="52" width="${2 * SIZE}" height="${SIZE}" fill="none" stroke="${COLOURS[2]}" stroke-width="2.4"/>`,
    `<rect x="462" y="52" width="${3 * SIZE}" height="${SIZE}" fill="none" stroke="${COLOURS[2]}" stroke-width="2.4"/>`,
    text(580, 66, "2·1 + 5·0 = 2", 'font-size="12"'),
    text(580, 84, "2·0 + 5·1 = 5", 'font-size="12"'),
    text(580, 102, "2·10 + 5·10 = 70", 'font-size="12"'),
  ]);
}

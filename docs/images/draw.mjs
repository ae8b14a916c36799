/** Draws the images of the chapters: `node docs/images/draw.mjs`. Plain SVG, readable on light and dark pages. */
import { writeFileSync } from "node:fs";

const CELL = 18;
const INK = "#5b6470";
const COLOURS = ["#e4572e", "#17a398", "#3d6fd6"]; // red, green, blue channel
const PALE = ["#f7d3c8", "#c9ebe7", "#d0dcf6"];
const OUT = "#8e5bd0";
const OUT_PALE = "#e4d8f4";

const svg = (width, height, body) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" rx="8" fill="#ffffff"/>
${body.join("\n")}
</svg>
`;
const cell = (x, y, fill, size = CELL) =>
  `<rect x="${x}" y="${y}" width="${size}" height="${size}" fill="${fill}" stroke="${INK}" stroke-width="0.6"/>`;
const text = (x, y, words, more = "") => `<text x="${x}" y="${y}" fill="#2b2f36" ${more}>${words}</text>`;
const arrow = (x, y, length) =>
  `<path d="M${x} ${y}h${length}m-6 -4l6 4l-6 4" fill="none" stroke="${INK}" stroke-width="1.4"/>`;

/** A grid of cells whose colour `fill` chooses. */
const grid = (x, y, rows, columns, fill) =>
  Array.from({ length: rows * columns }, (_, i) => {
    const [r, c] = [Math.floor(i / columns), i % columns];
    return cell(x + c * CELL, y + r * CELL, fill(r, c));
  });
/** Grids behind one another, the last one in front. */
const stack = (x, y, count, rows, columns, fill) =>
  Array.from({ length: count }, (_, k) => count - 1 - k).flatMap((k) =>
    grid(x + k * 10, y - k * 10, rows, columns, (r, c) => fill(k, r, c)),
  );

const inWindow = (r, c) => r >= 1 && r <= 3 && c >= 1 && c <= 3;

/** One line of the image of the three convolutions: input, kernel, output, and what is said of them. */
function row(y, title, words, inputFill, kernel, outputs, outputFill) {
  return [
    text(20, y - 44, title, 'font-weight="600" font-size="15"'),
    text(20, y - 26, words),
    ...stack(20, y + 24, 3, 5, 5, inputFill),
    arrow(152, y + 60, 22),
    ...kernel(190, y + 42),
    arrow(290, y + 60, 22),
    ...stack(330, y + 24, outputs, 5, 5, outputFill),
  ];
}

const three = svg(600, 620, [
  ...row(
    70,
    "standard",
    "each output channel has its own 3×3×3 kernel, which reads all channels",
    (k, r, c) => (inWindow(r, c) ? COLOURS[k] : PALE[k]),
    (x, y) => stack(x, y, 3, 3, 3, (k) => COLOURS[k]),
    4,
    (k, r, c) => (k === 0 && r === 2 && c === 2 ? OUT : OUT_PALE),
  ),
  text(472, 120, "O kernels"),
  text(472, 138, "k·k·C·O weights"),
  ...row(
    280,
    "depthwise",
    "each channel has one 3×3 kernel, which reads no other channel",
    (k, r, c) => (k === 0 && inWindow(r, c) ? COLOURS[0] : PALE[k]),
    (x, y) => grid(x, y, 3, 3, () => COLOURS[0]),
    3,
    (k, r, c) => (k === 0 && r === 2 && c === 2 ? COLOURS[0] : PALE[k]),
  ),
  text(472, 330, "C kernels"),
  text(472, 348, "k·k·C weights"),
  ...row(
    490,
    "pointwise",
    "a 1×1 kernel as deep as the input: one pixel, all channels",
    (k, r, c) => (r === 2 && c === 2 ? COLOURS[k] : PALE[k]),
    (x, y) => stack(x + 18, y + 18, 3, 1, 1, (k) => COLOURS[k]),
    4,
    (k, r, c) => (k === 0 && r === 2 && c === 2 ? OUT : OUT_PALE),
  ),
  text(472, 540, "O kernels"),
  text(472, 558, "C·O weights"),
]);
writeFileSync(new URL("three-convolutions.svg", import.meta.url), three);

/** im2col: the windows of a 3×3 image become rows. */
const WINDOW_COLOURS = ["#e4572e", "#17a398", "#3d6fd6", "#8e5bd0"];
const numbers = (x, y, rows, columns, value) =>
  Array.from({ length: rows * columns }, (_, i) => {
    const [r, c] = [Math.floor(i / columns), i % columns];
    return text(x + c * 30 + 15, y + r * 30 + 20, String(value(r, c)), 'text-anchor="middle"');
  });
const bigGrid = (x, y, rows, columns, fill) =>
  Array.from({ length: rows * columns }, (_, i) => {
    const [r, c] = [Math.floor(i / columns), i % columns];
    return cell(x + c * 30, y + r * 30, fill(r, c), 30);
  });
const frame = (x, y, colour, inset) =>
  `<rect x="${x + inset}" y="${y + inset}" width="${60 - 2 * inset}" height="${60 - 2 * inset}" fill="none" stroke="${colour}" stroke-width="2.4"/>`;
const patch = (r, k) => (r >> 1) * 3 + (r & 1) + (k >> 1) * 3 + (k & 1);
const im2col = svg(620, 236, [
  text(20, 30, "image 3×3", 'font-weight="600"'),
  ...bigGrid(20, 50, 3, 3, () => "#f4f5f7"),
  ...numbers(20, 50, 3, 3, (r, c) => r * 3 + c),
  ...WINDOW_COLOURS.map((colour, i) => frame(20 + (i & 1) * 30, 50 + (i >> 1) * 30, colour, 2 + i)),
  arrow(128, 95, 30),
  text(180, 30, "patch matrix: a row for each window, a column for each tap", 'font-weight="600"'),
  ...bigGrid(180, 50, 4, 4, (r) => `${WINDOW_COLOURS[r]}33`),
  ...numbers(180, 50, 4, 4, patch),
  text(320, 115, "×", 'font-size="20"'),
  ...bigGrid(350, 50, 4, 1, () => "#f4f5f7"),
  ...["a", "b", "c", "d"].map((name, i) => text(365, 70 + i * 30, name, 'text-anchor="middle" font-style="italic"')),
  text(350, 190, "filter", 'font-weight="600"'),
  text(395, 115, "=", 'font-size="20"'),
  ...bigGrid(425, 50, 4, 1, (r) => `${WINDOW_COLOURS[r]}33`),
  text(465, 70, "0a + 1b + 3c + 4d"),
  text(465, 100, "1a + 2b + 4c + 5d"),
  text(465, 130, "3a + 4b + 6c + 7d"),
  text(465, 160, "4a + 5b + 7c + 8d"),
  text(425, 190, "output, row by row", 'font-weight="600"'),
]);
writeFileSync(new URL("im2col.svg", import.meta.url), im2col);

/** Winograd: a tile of 4×4 pixels and a 3×3 kernel become 4×4 each, 16 products, and 2×2 outputs. */
const winograd = svg(640, 262, [
  text(20, 30, "4×4 pixels d", 'font-weight="600"'),
  ...grid(20, 42, 4, 4, (r, c) => (r < 3 && c < 3 ? COLOURS[2] : PALE[2])),
  arrow(108, 78, 40),
  text(100, 66, "Bᵀ d B", 'font-size="12"'),
  ...grid(164, 42, 4, 4, () => PALE[2]),
  text(20, 156, "3×3 kernel g", 'font-weight="600"'),
  ...grid(29, 168, 3, 3, () => COLOURS[0]),
  arrow(108, 195, 40),
  text(100, 183, "G g Gᵀ", 'font-size="12"'),
  ...grid(164, 159, 4, 4, () => PALE[0]),
  text(160, 146, "once for all tiles", 'font-size="11"'),
  text(262, 132, "⊙", 'font-size="22"'),
  text(300, 62, "16 products", 'font-weight="600"'),
  ...grid(306, 88, 4, 4, () => OUT_PALE),
  text(292, 180, "summed over channels", 'font-size="11"'),
  arrow(402, 124, 50),
  text(402, 112, "Aᵀ M A", 'font-size="12"'),
  text(474, 62, "2×2 outputs", 'font-weight="600"'),
  ...grid(492, 106, 2, 2, () => OUT),
  text(474, 180, "directly 4 · 9 =", 'font-size="12"'),
  text(474, 197, "36 products", 'font-size="12"'),
  text(20, 250, "Every product is used by up to four outputs: the sums before and after them say how.", 'font-size="12"'),
]);
writeFileSync(new URL("winograd.svg", import.meta.url), winograd);

/** The way of a graph to its threads: one line for each form that it takes, with the file that makes it. */
const box = (x, y, width, words, fill, height = 30) => [
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="${fill}" stroke="${INK}" stroke-width="0.8"/>`,
  ...words.split("\n").map((line, i, all) => text(x + width / 2, y + height / 2 + 4.5 + (i - (all.length - 1) / 2) * 15, line, 'text-anchor="middle" font-size="12"')),
];
const form = (y, name, file) => [text(20, y, name, 'font-weight="600"'), text(20, y + 17, file, `font-size="11" style="fill:${INK}"`)];
const down = (x, y, length = 22) =>
  `<path d="M${x} ${y}v${length}m-4 -6l4 6l4 -6" fill="none" stroke="${INK}" stroke-width="1.4"/>`;
const LEFT = 190;
const barrier = (x, y, height) => `<path d="M${x} ${y}v${height}" stroke="${COLOURS[0]}" stroke-width="3"/>`;
const band = (x, y, words, fill) => box(x, y, 44, words, fill, 26);

const runtime = svg(780, 560, [
  ...form(40, "graph of nodes", "graph/graph.ts"),
  ...["conv_dw", "batch norm", "relu6", "conv_pw", "batch norm", "relu6", "concat"].flatMap((name, i) =>
    box(LEFT + i * 82, 28, 76, name, i === 6 ? "#eceff3" : i < 3 ? PALE[1] : PALE[2]),
  ),
  down(LEFT + 120, 62),
  down(LEFT + 366, 62),
  down(LEFT + 530, 62),
  text(LEFT + 136, 78, "folded, fused", 'font-size="11"'),
  ...form(112, "schedule of steps", "runtime/schedule.ts"),
  ...box(LEFT, 98, 240, "conv_dw + relu6", PALE[1]),
  ...box(LEFT + 246, 98, 240, "conv_pw + relu6", PALE[2]),
  ...box(LEFT + 492, 98, 76, "concat", "#eceff3"),
  down(LEFT + 120, 132),
  down(LEFT + 366, 132),
  down(LEFT + 530, 132),
  text(LEFT + 136, 148, "a tier's kernel for each", 'font-size="11"'),
  ...form(192, "kernels", "kernels/contract/kernels.ts"),
  ...box(LEFT, 168, 240, "launch: function, operands,\nunits = rows of the image", PALE[1], 46),
  ...box(LEFT + 246, 168, 240, "launch: function, operands,\nunits = pixels, a row reads its own row", PALE[2], 46),
  ...box(LEFT + 492, 168, 76, "host", "#eceff3", 46),
  down(LEFT + 243, 218),
  down(LEFT + 530, 218),
  text(LEFT + 259, 234, "addresses from the memory plan", 'font-size="11"'),
  ...form(276, "program of phases", "runtime/program.ts"),
  ...box(LEFT, 254, 486, "phase 1: both launches, in bands of rows", "#ffffff", 46),
  ...box(LEFT + 492, 254, 76, "phase 2", "#ffffff", 46),
  down(LEFT + 243, 304),
  down(LEFT + 530, 304),
  text(LEFT + 259, 320, "units divided among the threads", 'font-size="11"'),
  ...form(360, "threads", "runtime/threads.ts"),
  text(LEFT - 44, 360, "this one", 'font-size="11" text-anchor="middle"'),
  text(LEFT - 44, 400, "worker", 'font-size="11" text-anchor="middle"'),
  ...[0, 1, 2, 3, 4].flatMap((i) => [
    ...band(LEFT + i * 92, 342, "rows", PALE[1]),
    ...band(LEFT + i * 92 + 45, 342, "rows", PALE[2]),
    ...band(LEFT + i * 92, 382, "rows", PALE[1]),
    ...band(LEFT + i * 92 + 45, 382, "rows", PALE[2]),
  ]),
  ...band(LEFT + 500, 342, "host", "#eceff3"),
  barrier(LEFT + 478, 336, 78),
  barrier(LEFT + 562, 336, 78),
  text(LEFT + 478, 430, "barrier", 'font-size="11" text-anchor="middle"'),
  text(LEFT + 562, 430, "barrier", 'font-size="11" text-anchor="middle"'),
  `<path d="M${LEFT} 440h92m-4 -4l4 4l-4 4M${LEFT} 436v8" fill="none" stroke="${INK}" stroke-width="1.2"/>`,
  text(LEFT + 46, 456, "a band", 'font-size="11" text-anchor="middle"'),
  text(20, 490, "A band is computed by all launches of its phase before the next one, so what is between them stays in the cache."),
  text(20, 510, "A thread that reaches the barrier first spins for about a millisecond, then parks; the last one wakes it."),
  text(20, 530, "Between barriers no thread waits. The order in which an output is summed does not depend on the division."),
]);
writeFileSync(new URL("runtime.svg", import.meta.url), runtime);

/** im2col: the windows of a 3×3 image become rows. */
import { arrow, grid, svg, text } from "./plain.mjs";

const WINDOW_COLOURS = ["#e4572e", "#17a398", "#3d6fd6", "#8e5bd0"];
const numbers = (x, y, rows, columns, value) =>
  Array.from({ length: rows * columns }, (_, i) => {
    const [r, c] = [Math.floor(i / columns), i % columns];
    return text(x + c * 30 + 15, y + r * 30 + 20, String(value(r, c)), 'text-anchor="middle"');
  });
const bigGrid = (x, y, rows, columns, fill) => grid(x, y, rows, columns, fill, 30);
const frame = (x, y, colour, inset) =>
  `<rect x="${x + inset}" y="${y + inset}" width="${60 - 2 * inset}" height="${60 - 2 * inset}" fill="none" stroke="${colour}" stroke-width="2.4"/>`;
const patch = (r, k) => (r >> 1) * 3 + (r & 1) + (k >> 1) * 3 + (k & 1);
export const im2col = svg(620, 236, [
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

/** What the drawings of the chapters are made of. Plain SVG, readable on light and dark pages. */

export const CELL = 18;
export const INK = "#5b6470";
/** Red, green and blue channel, and their pale forms. */
export const COLOURS = ["#e4572e", "#17a398", "#3d6fd6"];
export const PALE = ["#f7d3c8", "#c9ebe7", "#d0dcf6"];
export const OUT = "#8e5bd0";
export const OUT_PALE = "#e4d8f4";
export const GREY = "#eceff3";

export const svg = (width, height, body) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" rx="8" fill="#ffffff"/>
${body.join("\n")}
</svg>
`;
export const rect = (x, y, width, height, fill, more = "") =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}" ${more}/>`;
export const cell = (x, y, fill, size = CELL) => rect(x, y, size, size, fill, `stroke="${INK}" stroke-width="0.6"`);
export const text = (x, y, words, more = "") => `<text x="${x}" y="${y}" fill="#2b2f36" ${more}>${words}</text>`;
export const line = (x1, y1, x2, y2, colour = INK, width = 1.4) =>
  `<path d="M${x1} ${y1}L${x2} ${y2}" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
export const arrow = (x, y, length) =>
  `<path d="M${x} ${y}h${length}m-6 -4l6 4l-6 4" fill="none" stroke="${INK}" stroke-width="1.4"/>`;
export const down = (x, y, length = 22) =>
  `<path d="M${x} ${y}v${length}m-4 -6l4 6l4 -6" fill="none" stroke="${INK}" stroke-width="1.4"/>`;
export const MIDDLE = 'text-anchor="middle"';
export const BOLD = 'font-weight="600"';

/** A grid of cells whose colour `fill` chooses. */
export const grid = (x, y, rows, columns, fill, size = CELL) =>
  Array.from({ length: rows * columns }, (_, i) => {
    const [r, c] = [Math.floor(i / columns), i % columns];
    return cell(x + c * size, y + r * size, fill(r, c), size);
  });

/** A box with centred lines of text. */
export const box = (x, y, width, words, fill, height = 30) => [
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="${fill}" stroke="${INK}" stroke-width="0.8"/>`,
  ...words
    .split("\n")
    .map((one, i, all) =>
      text(x + width / 2, y + height / 2 + 4.5 + (i - (all.length - 1) / 2) * 15, one, `${MIDDLE} font-size="12"`),
    ),
];

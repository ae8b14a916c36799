/** Winograd: a tile of 4×4 pixels and a 3×3 kernel become 4×4 each, 16 products, and 2×2 outputs. */
import { arrow, COLOURS, grid, OUT, OUT_PALE, PALE, svg, text } from "./plain.mjs";

export const winograd = svg(640, 262, [
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

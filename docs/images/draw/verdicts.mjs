/** The two bounds around the exact sum, and the verdict on an output by where it lies. */
import { BOLD, COLOURS, INK, MIDDLE, PALE, rect, svg, text } from "./plain.mjs";

const [MIDDLE_X, STATISTICAL, PROVED] = [380, 110, 290];
const mark = (x, name) => [
  `<circle cx="${x}" cy="86" r="6" fill="#2b2f36"/>`,
  text(x, 64, name, `${MIDDLE} font-size="12"`),
];
const span = (half, y, words) => [
  `<path d="M${MIDDLE_X - half} ${y}H${MIDDLE_X + half}m0 -5v10M${MIDDLE_X - half} ${y - 5}v10" fill="none" stroke="${INK}" stroke-width="1.4"/>`,
  text(MIDDLE_X, y + 18, words, `${MIDDLE} font-size="12"`),
];

export const verdicts = svg(760, 206, [
  rect(20, 76, 720, 20, PALE[0]),
  rect(MIDDLE_X - PROVED, 76, 2 * PROVED, 20, "#fbeec2"),
  rect(MIDDLE_X - STATISTICAL, 76, 2 * STATISTICAL, 20, PALE[1]),
  `<path d="M${MIDDLE_X} 70v32" stroke="${COLOURS[1]}" stroke-width="2"/>`,
  text(MIDDLE_X, 30, "exact sum, in float64", `${BOLD} ${MIDDLE}`),
  ...mark(MIDDLE_X + 40, "within"),
  ...mark(MIDDLE_X + 200, "suspicious"),
  ...mark(MIDDLE_X + 330, "wrong"),
  ...span(STATISTICAL, 122, "statistical bound: left once in a million convolutions"),
  ...span(PROVED, 162, "proved bound: never left by a correct kernel, whatever the order of its sums"),
]);

/** The blocks of MobileNet V1 to V4: each bar a convolution, as wide as the channels that it writes. */
import { BOLD, COLOURS, down, GREY, INK, MIDDLE, OUT, rect, svg, text } from "./plain.mjs";

const [DEPTHWISE, POINTWISE] = [COLOURS[0], COLOURS[2]];
const [THIN, WIDE] = [44, 132];

/** What each block does, from its input down. `add`: the input is added to the output. */
const BLOCKS = [
  { name: "V1", input: 88, parts: [["3×3", DEPTHWISE, 88], ["1×1", POINTWISE, 132]] },
  { name: "V2", input: THIN, parts: [["1×1 expand", POINTWISE, WIDE], ["3×3", DEPTHWISE, WIDE], ["1×1 project", POINTWISE, THIN]], add: true },
  {
    name: "V3",
    input: THIN,
    parts: [["1×1 expand", POINTWISE, WIDE], ["3×3 or 5×5", DEPTHWISE, WIDE], ["squeeze, excite", OUT, WIDE], ["1×1 project", POINTWISE, THIN]],
    add: true,
  },
  {
    name: "V4",
    input: THIN,
    parts: [["3×3?", DEPTHWISE, THIN], ["1×1 expand", POINTWISE, WIDE], ["3×3?", DEPTHWISE, WIDE], ["1×1 project", POINTWISE, THIN]],
    add: true,
  },
];
const STEP = 52;

export const blocks = svg(760, 372, [
  ...BLOCKS.flatMap(({ name, input, parts, add }, i) => {
    const middle = 100 + i * 186;
    const bottom = 64 + parts.length * STEP;
    return [
      text(middle, 30, name, `${BOLD} ${MIDDLE} font-size="15"`),
      rect(middle - input / 2, 46, input, 12, GREY, `stroke="${INK}" stroke-width="0.6"`),
      ...parts.flatMap(([words, colour, width], k) => [
        down(middle, 62 + k * STEP, 20),
        rect(middle - width / 2, 86 + k * STEP, width, 22, colour, 'rx="2"'),
        width > 60
          ? text(middle, 101 + k * STEP, words, `${MIDDLE} font-size="11" style="fill:#fff"`)
          : text(middle - width / 2 - 4, 101 + k * STEP, words, 'font-size="11" text-anchor="end"'),
      ]),
      ...(add
        ? [
            `<path d="M${middle + input / 2} 52h${76 - input / 2}V${bottom + 18}h-66" fill="none" stroke="${INK}" stroke-width="1.4" stroke-dasharray="4 3"/>`,
            text(middle - 3, bottom + 23, "+", 'font-size="16" font-weight="600"'),
          ]
        : []),
    ];
  }),
  rect(20, 326, 12, 12, DEPTHWISE),
  text(38, 337, "depthwise", 'font-size="12"'),
  rect(130, 326, 12, 12, POINTWISE),
  text(148, 337, "pointwise", 'font-size="12"'),
  rect(240, 326, 12, 12, OUT),
  text(258, 337, "a factor for each channel", 'font-size="12"'),
  text(430, 337, "dashed: the input is added where shapes agree", 'font-size="12"'),
  text(20, 360, "Width is the number of channels. In V4 either 3×3 (or 5×5) may be missing.", 'font-size="12"'),
]);

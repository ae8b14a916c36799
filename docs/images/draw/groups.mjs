/** Which input channels each output channel reads, by the number of groups. */
import { BOLD, COLOURS, line, MIDDLE, OUT, svg, text } from "./plain.mjs";

const C = 4;
const WORDS = {
  en: {
    rows: ["output channels", "input channels"],
    titles: ["standard", "grouped", "depthwise", "pointwise"],
    groups: ["G = 1", "G = 2", "G = C = 4", "G = 1"],
    kernels: ["k×k×C each", "k×k×C/2 each", "k×k×1 each", "1×1×C each"],
  },
  zh: {
    rows: ["输出通道", "输入通道"],
    titles: ["标准卷积", "分组卷积", "深度卷积", "逐点卷积"],
    groups: ["G = 1", "G = 2", "G = C = 4", "G = 1"],
    kernels: ["每个 k×k×C", "每个 k×k×C/2", "每个 k×k×1", "每个 1×1×C"],
  },
};
const GROUPS = [1, 2, C, 1];

const node = (x, y, fill) => `<circle cx="${x}" cy="${y}" r="9" fill="${fill}"/>`;

export function groups(language) {
  const { rows, titles, groups: counts, kernels } = WORDS[language];
  const [top, bottom] = [92, 172];
  return svg(760, 226, [
    text(16, top + 5, rows[0], 'font-size="12"'),
    text(16, bottom + 5, rows[1], 'font-size="12"'),
    ...titles.flatMap((title, kind) => {
      const left = 140 + kind * 156;
      const at = (channel) => left + channel * 32;
      const size = C / GROUPS[kind];
      const isSame = (o, c) => Math.floor(o / size) === Math.floor(c / size);
      return [
        text(left + 48, 32, title, `${BOLD} ${MIDDLE}`),
        text(left + 48, 52, counts[kind], MIDDLE),
        ...Array.from({ length: C * C }, (_, i) => [Math.floor(i / C), i % C])
          .filter(([o, c]) => isSame(o, c))
          .map(([o, c]) => line(at(c), bottom, at(o), top, kind === 3 ? COLOURS[2] : COLOURS[1], kind === 3 ? 1 : 2)),
        ...Array.from({ length: C }, (_, c) => [node(at(c), bottom, COLOURS[0]), node(at(c), top, OUT)]).flat(),
        text(left + 48, 210, kernels[kind], `${MIDDLE} font-size="12"`),
      ];
    }),
  ]);
}

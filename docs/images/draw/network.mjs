/** A network layer by layer: a box as wide as its channels and as high as its image, and a bar of its share of the MACs. */
import { analyze, graphBuilder, mobilenetV1 } from "../../../dist/index.js";
import { BOLD, COLOURS, INK, MIDDLE, OUT, rect, svg, text } from "./plain.mjs";

const KINDS = { conv: OUT, depthwise: COLOURS[0], pointwise: COLOURS[2], dense: COLOURS[1] };
const WORDS = {
  en: {
    kinds: { conv: "standard", depthwise: "depthwise", pointwise: "pointwise", dense: "dense" },
    layers: "layers: width = channels, height = rows of the image",
    macs: "multiply-accumulates",
  },
  zh: {
    kinds: { conv: "标准卷积", depthwise: "深度卷积", pointwise: "逐点卷积", dense: "全连接" },
    layers: "各层：宽 = 通道数，高 = 图像行数",
    macs: "乘加次数",
  },
};

/** @param perChannel, perRow pixels of the drawing */
function drawing(graph, language, { perChannel, perRow, gap }) {
  const words = WORDS[language];
  const layers = analyze(graph).layers.filter(({ macs }) => macs > 0);
  const sizes = layers.map(({ outputShape: [, ...rest] }) => {
    const [rows, channels] = rest.length === 3 ? [rest[0], rest[2]] : [1, rest[0]];
    return { width: Math.max(4, channels * perChannel), height: Math.max(4, rows * perRow) };
  });
  const highest = Math.max(...sizes.map(({ height }) => height));
  const most = Math.max(...layers.map(({ macs }) => macs));
  const [top, middle] = [64, 64 + highest / 2];
  const bars = top + highest + 40;
  let x = 20;
  const body = layers.flatMap(({ kind, macs }, i) => {
    const { width, height } = sizes[i];
    const left = x;
    x += width + gap;
    const bar = Math.max(0.6, (macs / most) * 90);
    const room = Math.min(width, 18);
    return [
      rect(left.toFixed(1), (middle - height / 2).toFixed(1), width.toFixed(1), height.toFixed(1), KINDS[kind], 'rx="1"'),
      rect((left + (width - room) / 2).toFixed(1), (bars + 90 - bar).toFixed(1), room.toFixed(1), bar.toFixed(1), KINDS[kind]),
    ];
  });
  const width = Math.max(Math.ceil(x + 12), 560);
  const present = Object.keys(KINDS).filter((kind) => layers.some((layer) => layer.kind === kind));
  return svg(width, bars + 112, [
    text(20, 26, words.layers, BOLD),
    ...present.flatMap((kind, i) => [
      rect(20 + i * 110, 38, 12, 12, KINDS[kind]),
      text(38 + i * 110, 49, words.kinds[kind], 'font-size="12"'),
    ]),
    text(20, bars - 10, words.macs, BOLD),
    ...body,
    `<path d="M20 ${bars + 90}H${width - 12}" stroke="${INK}" stroke-width="0.8"/>`,
    text(width / 2, bars + 106, graph.name, `${MIDDLE} font-size="11"`),
  ]);
}

/** Chapter 4. */
export const mobilenet = (language) =>
  drawing(mobilenetV1(), language, { perChannel: 1 / 18, perRow: 1.1, gap: 5 });

/** Chapter 13: the network that it builds. */
export function ownNetwork() {
  const g = graphBuilder("own", { image: [1, 28, 28, 1] });
  const block = (x, name, outputs, window) =>
    g.pointwiseConv2d(g.depthwiseConv2d(x, { padding: "same", ...window, name: `${name}_dw` }), { outputs, name: `${name}_pw` });
  let x = g.conv2d("image", { name: "stem", outputs: 16, padding: "same" });
  x = g.add(x, block(x, "residual", 16, {}));
  x = block(x, "strided", 32, { strides: 2 });
  x = block(x, "dilated", 32, { dilations: 2 });
  x = g.conv2d(x, { name: "grouped", outputs: 32, groups: 4, padding: "same" });
  const graph = g.build(g.dense(g.reshape(g.globalAveragePool2d(x), [1, 32]), { name: "scores", outputs: 10 }));
  return drawing(graph, "en", { perChannel: 1.1, perRow: 3.4, gap: 18 });
}

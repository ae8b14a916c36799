/** How a graph gets to its threads: one line for each of its forms, with the file that makes it. */
import { box, COLOURS, down, GREY, INK, PALE, svg, text } from "./plain.mjs";

const form = (y, name, file) => [text(20, y, name, 'font-weight="600"'), text(20, y + 17, file, `font-size="11" style="fill:${INK}"`)];
const LEFT = 190;
const barrier = (x, y, height) => `<path d="M${x} ${y}v${height}" stroke="${COLOURS[0]}" stroke-width="3"/>`;
const band = (x, y, words, fill) => box(x, y, 44, words, fill, 26);

export const runtime = svg(780, 560, [
  ...form(40, "graph of nodes", "graph/graph.ts"),
  ...["conv_dw", "batch norm", "relu6", "conv_pw", "batch norm", "relu6", "concat"].flatMap((name, i) =>
    box(LEFT + i * 82, 28, 76, name, i === 6 ? GREY : i < 3 ? PALE[1] : PALE[2]),
  ),
  down(LEFT + 120, 62),
  down(LEFT + 366, 62),
  down(LEFT + 530, 62),
  text(LEFT + 136, 78, "folded, fused", 'font-size="11"'),
  ...form(112, "schedule of steps", "runtime/schedule.ts"),
  ...box(LEFT, 98, 240, "conv_dw + relu6", PALE[1]),
  ...box(LEFT + 246, 98, 240, "conv_pw + relu6", PALE[2]),
  ...box(LEFT + 492, 98, 76, "concat", GREY),
  down(LEFT + 120, 132),
  down(LEFT + 366, 132),
  down(LEFT + 530, 132),
  text(LEFT + 136, 148, "a tier's kernel for each", 'font-size="11"'),
  ...form(192, "kernels", "kernels/contract/kernels.ts"),
  ...box(LEFT, 168, 240, "launch: function, operands,\nunits = rows of the image", PALE[1], 46),
  ...box(LEFT + 246, 168, 240, "launch: function, operands,\nunits = pixels, a row reads its own row", PALE[2], 46),
  ...box(LEFT + 492, 168, 76, "host", GREY, 46),
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
  ...band(LEFT + 500, 342, "host", GREY),
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

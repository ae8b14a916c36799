/** @file The loops of a convolution that walks through images in their frame, for numbers of any size. */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { call } from "../../wasm/control.ts";
import type { Func } from "../../wasm/expression.ts";
import { local } from "../../wasm/instructions.ts";
import { add, div, item, min, mul, rem, sub } from "../../wasm/integer.ts";
import { launchFunc } from "./emitter.ts";
import type { Accumulators } from "./engines.ts";
import { advance, forEach, repeat, upTo } from "./loops.ts";
import type { Panels } from "./panels.ts";
import { rows } from "./rows.ts";
import type { Tile } from "./tile.ts";

export interface FrameRows extends Pick<Tile, "arithmetic" | "walk" | "ending"> {
  readonly g: Conv2dGeometry;
  readonly frame: { readonly rows: number; readonly rowBytes: number };
  readonly widths: readonly Panels[];
  readonly accumulators: Accumulators;
  /** Bytes of the frame that a block of output rows reads. */
  readonly blockBytes: number;
  /** Bytes of a number of the frame, and of the output. */
  readonly xBytes: number;
  readonly yBytes: number;
}

/**
 * Output rows from `from` up to `to`, counted over the images: block by block, within it group by group, then panel by
 * panel, so that a panel is read once per block.
 */
export function frameRowsFunction(p: FrameRows): Func {
  const { g, frame, widths, accumulators, arithmetic, walk, ending, xBytes, yBytes } = p;
  const { C, OH, OW, O, G, strideH, strideW } = g;
  const blockRows = Math.max(1, Math.floor(p.blockBytes / (strideH * frame.rowBytes)));
  return launchFunc("conv2d", ["x", "y", "w"], ({ x, y, w, from, to }, declare) => {
    const [row, end, panel, group, xGroup, yAt, wAt] = declare.i32(
      ...(["row", "end", "panel", "group", "xGroup", "yAt", "wAt"] as const),
    );
    const block = widths.map(({ columns, count, panelBytes }) => {
      const bytes = { xRowBytes: strideW * C * xBytes, yRowBytes: O * yBytes };
      const pixels = rows({ arithmetic, walk, ending, resumes: false, columns, ...bytes }, accumulators, OW);
      const xRow = add(mul(div(row, OH), frame.rows), mul(rem(row, OH), strideH));
      return forEach(panel, 0, count, [
        forEach(row, from, end, [
          call(pixels, item(xGroup, xRow, frame.rowBytes), item(yAt, row, OW * O * yBytes), wAt),
        ]),
        advance(yAt, columns * yBytes),
        advance(wAt, panelBytes),
      ]);
    });
    return upTo(
      from,
      to,
      [
        local.set(end, add(from, min(sub(to, from), blockRows))),
        local.set(xGroup, x),
        local.set(yAt, y),
        local.set(wAt, w),
        repeat(group, G, [block, advance(xGroup, (C / G) * xBytes)]),
      ],
      blockRows,
    );
  });
}

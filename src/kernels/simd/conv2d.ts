/**
 * @file Standard and grouped convolution as a matrix product whose first factor, the patch matrix, is never written:
 *
 *   y[n, oh, ow, o] = f( ( Σ k  x̂[n, oh·strideH + kh·dilationH, ow·strideW + kw·dilationW, c0 + c] · w[k, o] ) + b[o] )
 *
 * k = (kh, kw, c) in order, x̂ the image in its frame of zeros. The pixels under a row of the window lie next to each
 * other in memory, so the micro-kernel reads a row of the patch matrix as KH runs of KW·C numbers (KH·KW runs of C/G
 * where a dilation or groups leave gaps) straight from the image.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { call, func } from "../../wasm/control.ts";
import type { Func, Statements } from "../../wasm/expression.ts";
import { i32, local } from "../../wasm/instructions.ts";
import { advance, FLOAT_BYTES, type FusedActivation, min, repeat, upTo } from "./emit.ts";
import type { EmittedKernel, Emitter } from "./kernel.ts";
import { type Frame, frameOf, padImages } from "./pad.ts";
import { type PanelGroup, packingBytes, packPanels, panelGroups, panelsBytes } from "./panels.ts";
import { fixedRows, type Runs, type Sums } from "./tile.ts";

/** Bytes of the image that a block of output rows reads. */
const BLOCK_BYTES = 512 * 1024;

/**
 * @param w filter [KH, KW, C/G, O], any strides
 * @param b bias [O], or null for none
 */
export function conv2d(
  g: Conv2dGeometry,
  w: Tensor,
  b: Tensor | null,
  activation: FusedActivation,
  emitter: Emitter,
): EmittedKernel {
  const { N, C, OH, O, KH, KW, G } = g;
  const [K, Og] = [(KH * KW * C) / G, O / G];
  const { relaxed, sums, panelVectors } = emitter;
  const panels = panelGroups(K, Og, panelVectors);
  const groupBytes = panelsBytes(panels);
  const frame = frameOf(g);
  const code = { g, frame, panels, activation, relaxed, sums };
  const func = emitter.func("lines", code, linesFunction);
  const product = { func, units: N * OH } as const;
  return {
    launches: frame.isPadded
      ? [padImages(g, emitter), { ...product, operands: ["scratch", "output", "constants"] }]
      : [{ ...product, operands: [0, "output", "constants"] }],
    constants: {
      bytes: G * groupBytes,
      write: (to) => {
        for (let group = 0; group < G; group++) {
          const own = w.slice([0, 0, 0, group * Og], [KH, KW, C / G, Og]).reshape([K, Og]);
          const bias = b === null ? null : b.slice([group * Og], [Og]);
          packPanels(own, bias, panels, { ...to, at: to.at + group * groupBytes });
        }
      },
    },
    scratchBytes: Math.max(packingBytes(K, Og), frame.isPadded ? frame.bytes : 0),
  };
}

interface Code {
  readonly g: Conv2dGeometry;
  readonly frame: Frame;
  readonly panels: readonly PanelGroup[];
  readonly activation: FusedActivation;
  readonly relaxed: boolean;
  readonly sums: Sums;
}

/** Where the numbers under a window lie, from that of its first tap. */
function runsOf({ C, G, KH, KW, dilationH, dilationW }: Conv2dGeometry, { lineBytes }: Frame): Runs {
  const rows = { count: KH, stepBytes: dilationH * lineBytes };
  if (G === 1 && dilationW === 1) return { outer: [rows], length: KW * C };
  return { outer: [rows, { count: KW, stepBytes: dilationW * C * FLOAT_BYTES }], length: C / G };
}

/**
 * Output rows from `from` up to `to`, counted over the images: block by block, in it group by group, in it panel by
 * panel, so that a panel is read once for a block.
 */
function linesFunction({ g, frame, panels: groups, activation, relaxed, sums }: Code): Func {
  const { C, OH, OW, O, G, strideH, strideW } = g;
  const { rows, lineBytes } = frame;
  const blockRows = Math.max(1, Math.floor(BLOCK_BYTES / (strideH * lineBytes)));
  const params = { x: "i32", y: "i32", w: "i32", from: "i32", to: "i32" } as const;
  return func("lines", params, ({ x, y, w, from, to }, declare) => {
    const [line, end, panel, group] = ["line", "end", "panel", "group"].map((name) => declare("i32", name));
    const [xGroup, yAt, wAt] = ["xGroup", "yAt", "wAt"].map((name) => declare("i32", name));
    const lines = ({ columns, panels, panelBytes }: PanelGroup): Statements => {
      const tiles = fixedRows(`columns${columns}`, OW, {
        runs: runsOf(g, frame),
        xStepBytes: strideW * C * FLOAT_BYTES,
        yStepBytes: O * FLOAT_BYTES,
        columns,
        begin: "zero",
        end: "output",
        activation,
        relaxed,
        sums,
      });
      const xLine = i32.add(i32.mul(i32.div_u(line, OH), rows), i32.mul(i32.rem_u(line, OH), strideH));
      const xAt = i32.add(xGroup, i32.mul(xLine, lineBytes));
      return [
        local.set(panel, i32.const(0)),
        upTo(panel, panels, [
          local.set(line, from),
          upTo(line, end, [call(tiles, xAt, i32.add(yAt, i32.mul(line, OW * O * FLOAT_BYTES)), wAt)]),
          ...advance(yAt, columns * FLOAT_BYTES),
          ...advance(wAt, panelBytes),
        ]),
      ];
    };
    return upTo(
      from,
      to,
      [
        local.set(end, i32.add(from, min(i32.sub(to, from), blockRows))),
        local.set(xGroup, x),
        local.set(yAt, y),
        local.set(wAt, w),
        ...repeat(group, G, [groups.map(lines), ...advance(xGroup, (C / G) * FLOAT_BYTES)]),
      ],
      blockRows,
    );
  });
}

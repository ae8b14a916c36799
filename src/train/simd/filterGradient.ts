/**
 * @file The gradient of a filter as matrix products, one for each tap:
 *
 *   dw[kh, kw, ic, o] = Σ n,oh,ow  x̂[n, oh·strideH + kh·dilationH, ow·strideW + kw·dilationW, c0 + ic] · dy[n, oh, ow, o]
 *
 * where x̂ is x in a frame of zeros. Rows of the product are channels, columns are outputs, and the sum runs over
 * pixels: the tile of tile.ts, whose steps of k are pixels instead of neighbours. A block of pixels stays in the L1
 * cache while all tiles pass over it; in between the sums wait in dw. Pixels come in order, whatever the threads.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { isPixelByPixel } from "../../geometry/window.ts";
import { advance, FLOAT_BYTES, repeat, upTo } from "../../kernels/simd/emit.ts";
import { type EmittedKernel, type Emitter, NO_CONSTANTS } from "../../kernels/simd/kernel.ts";
import { type Frame, frameOf, padImages } from "../../kernels/simd/pad.ts";
import { panelGroups } from "../../kernels/simd/panels.ts";
import { fixedRows, type Sums, type TileOptions } from "../../kernels/simd/tile.ts";
import { call, func, when } from "../../wasm/control.ts";
import type { Func, Statements } from "../../wasm/expression.ts";
import { i32, local } from "../../wasm/instructions.ts";

/** Bytes of x and dy in a block of pixels. */
const BLOCK_BYTES = 24 * 1024;

/** Channels that a unit of work holds: tiles of 2, 3 and 6 rows make them. */
const UNIT_CHANNELS = 12;

/** @returns a layer with the inputs x and dy and the output dw [KH, KW, C/G, O] */
export function conv2dFilter(geometry: Conv2dGeometry, emitter: Emitter): EmittedKernel {
  const g = inOneColumn(geometry);
  const { G, C, KH, KW } = g;
  const frame = frameOf(g);
  const { relaxed, sums, panelVectors } = emitter;
  const entry = emitter.func("filter", { g, frame, relaxed, sums, panelVectors }, tapsFunction);
  const units = KH * KW * G * Math.ceil(C / G / UNIT_CHANNELS);
  const sum = (x: 0 | "scratch") => ({ func: entry, operands: [x, 1, "output"] as const, units });
  return {
    launches: frame.isPadded ? [padImages(g, emitter), sum("scratch")] : [sum(0)],
    constants: NO_CONSTANTS,
    scratchBytes: frame.isPadded ? frame.bytes : 0,
  };
}

/** Where the pixels of input and output are the same ones, all of them can stand in one column of one image. */
function inOneColumn(g: Conv2dGeometry): Conv2dGeometry {
  if (g.KH * g.KW > 1 || !isPixelByPixel(g)) return g;
  const pixels = g.N * g.H * g.W;
  return { ...g, N: 1, H: pixels, OH: pixels, W: 1, OW: 1 };
}

interface Code {
  readonly g: Conv2dGeometry;
  readonly frame: Frame;
  readonly relaxed: boolean;
  readonly sums: Sums;
  readonly panelVectors: number;
}

/**
 * The largest number of output rows that divides those of an image, so that a block lies on one, and fits the cache.
 */
function linesOf({ OH, OW, C, O, strideH, strideW }: Conv2dGeometry): number {
  const lineBytes = OW * (C * strideH * strideW + O) * FLOAT_BYTES;
  for (let lines = Math.min(OH, Math.floor(BLOCK_BYTES / lineBytes)); lines > 1; lines--) {
    if (OH % lines === 0) return lines;
  }
  return 1;
}

/** Units from `from` up to `to`, counted over taps, groups and channels, for block after block of pixels. */
function tapsFunction({ g, frame, relaxed, sums, panelVectors }: Code): Func {
  const { N, C, O, G, KW, OH, OW, strideH, strideW, dilationH, dilationW } = g;
  const [Cg, Og] = [C / G, O / G];
  const lines = linesOf(g);
  const chunks = Math.ceil(Cg / UNIT_CHANNELS);
  const lastChannels = Cg - (chunks - 1) * UNIT_CHANNELS;
  // Pixels of a block in order: row by row, or straight down where there is one column.
  const rowBytes = strideH * frame.lineBytes;
  const across = {
    runs: { outer: [{ count: lines, stepBytes: rowBytes }], length: OW },
    xRunBytes: strideW * C * FLOAT_BYTES,
  };
  const down = { runs: { outer: [], length: lines }, xRunBytes: rowBytes };
  const options = {
    ...(OW === 1 ? down : across),
    xStepBytes: FLOAT_BYTES,
    wRunBytes: O * FLOAT_BYTES,
    yStepBytes: O * FLOAT_BYTES,
    end: "sums",
    activation: "none",
    relaxed,
    sums,
  } as const;
  const params = { x: "i32", dy: "i32", dw: "i32", from: "i32", to: "i32" } as const;
  return func("filter", params, ({ x, dy, dw, from, to }, declare) => {
    const [block, unit, tap, group, chunk] = ["block", "unit", "tap", "group", "chunk"].map((name) =>
      declare("i32", name),
    );
    const [xBlock, dyBlock, xAt, dyAt, dwAt] = ["xBlock", "dyBlock", "xAt", "dyAt", "dwAt"].map((name) =>
      declare("i32", name),
    );
    /** All outputs of a group for so many channels. */
    const panels = (channels: number, begin: TileOptions["begin"]): Statements =>
      panelGroups(0, Og, panelVectors).map(({ columns, panels: count }) => {
        const tiles = fixedRows(`${begin}${channels}x${columns}`, channels, { ...options, columns, begin });
        return repeat(declare("i32", "panel"), count, [
          call(tiles, xAt, dwAt, dyAt),
          ...advance(dyAt, columns * FLOAT_BYTES),
          ...advance(dwAt, columns * FLOAT_BYTES),
        ]);
      });
    const sized = (begin: TileOptions["begin"]): Statements =>
      lastChannels === UNIT_CHANNELS || chunks === 1
        ? panels(lastChannels, begin)
        : [when(i32.eq(chunk, chunks - 1), panels(lastChannels, begin), panels(UNIT_CHANNELS, begin))];
    const row = i32.add(i32.mul(tap, Cg), i32.mul(chunk, UNIT_CHANNELS)); // of dw, seen as [KH·KW·Cg, O]
    const tapBytes = i32.add(
      i32.mul(i32.div_u(tap, KW), dilationH * frame.lineBytes),
      i32.mul(i32.rem_u(tap, KW), dilationW * C * FLOAT_BYTES),
    );
    const channel = i32.add(i32.mul(group, Cg), i32.mul(chunk, UNIT_CHANNELS));
    const image = i32.mul(i32.div_u(block, OH / lines), frame.rows * frame.lineBytes);
    const line = i32.mul(i32.rem_u(block, OH / lines), lines * strideH * frame.lineBytes);
    return [
      local.set(block, i32.const(0)),
      upTo(block, N * (OH / lines), [
        local.set(xBlock, i32.add(i32.add(x, image), line)),
        local.set(dyBlock, i32.add(dy, i32.mul(block, lines * OW * O * FLOAT_BYTES))),
        local.set(unit, from),
        upTo(unit, to, [
          local.set(chunk, i32.rem_u(unit, chunks)),
          local.set(group, i32.rem_u(i32.div_u(unit, chunks), G)),
          local.set(tap, i32.div_u(unit, chunks * G)),
          local.set(xAt, i32.add(i32.add(xBlock, tapBytes), i32.mul(channel, FLOAT_BYTES))),
          local.set(dyAt, i32.add(dyBlock, i32.mul(group, Og * FLOAT_BYTES))),
          local.set(dwAt, i32.add(dw, i32.add(i32.mul(row, O * FLOAT_BYTES), i32.mul(group, Og * FLOAT_BYTES)))),
          when(i32.eq(block, 0), sized("zero"), sized("sums")),
        ]),
      ]),
    ];
  });
}

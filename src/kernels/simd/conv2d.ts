/**
 * @file Standard and grouped convolution as a matrix product whose first factor, the patch matrix, is never written:
 *
 *   y[n, oh, ow, o] = f( ( Σ k  x̂[n, ih, iw, c0 + c] · w[k, o] ) + b[o] )        ih = oh·strideH + kh·dilationH
 *                                                                                iw = ow·strideW + kw·dilationW
 *
 * k = (kh, kw, c) in order, x̂ the image in its frame of zeros. The pixels under a row of the window are neighbours in
 * memory, so the micro-kernel walks along a row of the patch matrix as KH spans of KW·C numbers (KH·KW spans of C/G if
 * a dilation or groups leave gaps), straight through the image.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Func } from "../../wasm/expression.ts";
import { FLOAT_BYTES } from "../../wasm/sizes.ts";
import { type EmittedKernel, filterAndBias } from "../contract/kernels.ts";
import type { FusedActivation } from "./activate.ts";
import { ARITHMETIC } from "./arithmetic.ts";
import type { Emitter } from "./emitter.ts";
import { finished } from "./ending.ts";
import type { Accumulators, Precision } from "./engines.ts";
import { frameRowsFunction } from "./frameRows.ts";

import { type Frame, frameOf, padImages } from "./pad.ts";
import { floatPanel, type Panels, packingBytes, packPanels, panelsBytes, panelsFor } from "./panels.ts";
import type { Walk } from "./tile.ts";

/** Bytes of the image that a block of output rows reads. */
const BLOCK_BYTES = 512 * 1024;

/** Weights: filter [KH, KW, C/G, O] and perhaps bias [O]. */
export function conv2d(g: Conv2dGeometry, activation: FusedActivation, emitter: Emitter): EmittedKernel {
  const { N, C, OH, O, KH, KW, G } = g;
  const [K, Og] = [(KH * KW * C) / G, O / G];
  const { precision, accumulators, panelVectors } = emitter;
  const widths = panelsFor(Og, panelVectors, floatPanel(K));
  const groupBytes = panelsBytes(widths);
  const frame = frameOf(g);
  const func = emitter.func(rowsFunction, { g, frame, widths, activation, precision, accumulators });
  const launch = { func, units: N * OH } as const;
  return {
    kind: "emitted",
    launches: frame.isPadded
      ? [padImages(g, emitter), { ...launch, operands: ["scratch", "output", "packed"] }]
      : [{ ...launch, operands: [0, "output", "packed"] }],
    packed: {
      bytes: G * groupBytes,
      write: (weights, to) => {
        const [w, b] = filterAndBias(weights, [KH, KW, C / G, O]);
        for (let group = 0; group < G; group++) {
          const own = w.slice([0, 0, 0, group * Og], [KH, KW, C / G, Og]).reshape([K, Og]);
          const bias = b === null ? null : b.slice([group * Og], [Og]);
          packPanels(own, bias, widths, { ...to, at: to.at + group * groupBytes });
        }
      },
    },
    scratchBytes: Math.max(packingBytes(K, Og), frame.isPadded ? frame.bytes : 0),
  };
}

interface Convolution {
  readonly g: Conv2dGeometry;
  readonly frame: Frame;
  readonly widths: readonly Panels[];
  readonly activation: FusedActivation;
  readonly precision: Precision;
  readonly accumulators: Accumulators;
}

function rowsFunction({ activation, precision, ...p }: Convolution): Func {
  const tile = { arithmetic: ARITHMETIC[precision], walk: walkOf(p.g, p.frame), ending: finished(activation) };
  return frameRowsFunction({ ...p, ...tile, blockBytes: BLOCK_BYTES, xBytes: FLOAT_BYTES, yBytes: FLOAT_BYTES });
}

/** The walk through the numbers under a window, from its first tap. */
function walkOf({ C, G, KH, KW, dilationH, dilationW }: Conv2dGeometry, { rowBytes }: Frame): Walk {
  const channels: Walk = { count: C / G, stepBytes: FLOAT_BYTES };
  const columns: Walk = { count: KW, stepBytes: dilationW * C * FLOAT_BYTES, each: channels };
  const isOneSpan = G === 1 && dilationW === 1;
  const row: Walk = isOneSpan ? { count: KW * C, stepBytes: FLOAT_BYTES } : columns;
  return { count: KH, stepBytes: dilationH * rowBytes, each: row };
}

/**
 * @file Winograd's convolution on the tile, as four launches through scratch memory:
 *
 *   frame    the images, with zeros around them as far as tiles reach
 *   V[p]     = (Bᵀ d B)[p]            [T, C] for each of the (m + 2)² positions p of a tile     winogradTransforms.ts
 *   M[p]     = V[p] · U[p]            [T, O], U[p] = (G g Gᵀ)[p] packed in panels               matmul.ts
 *   Y        = f( Aᵀ M A + b )        m × m outputs for each tile, as far as they are on the image
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { tilesOf, type Winograd } from "../../geometry/winograd.ts";
import { call } from "../../wasm/control.ts";
import type { Func } from "../../wasm/expression.ts";
import { local } from "../../wasm/instructions.ts";
import { add, div, item, min, mul, sub } from "../../wasm/integer.ts";
import { FLOAT_BYTES, VECTOR_BYTES } from "../../wasm/sizes.ts";
import { type EmittedKernel, filterAndBias } from "../contract/kernels.ts";
import { transformedFilters } from "../contract/winogradFilters.ts";
import type { FusedActivation } from "./activate.ts";
import type { Product } from "./blocking.ts";
import { type Emitter, launchFunc } from "./emitter.ts";
import { upTo } from "./loops.ts";
import { packedBytes, productFunction, productOf, unitsOf } from "./matmul.ts";
import { frameOf, padImages } from "./pad.ts";
import { packingBytes, packPanels } from "./panels.ts";
import { vectorsFor } from "./vectors.ts";
import { inputFunction, outputFunction } from "./winogradTransforms.ts";

/** Weights: filter [3, 3, C, O] and perhaps bias [O]. */
export function winograd(
  g: Conv2dGeometry,
  winograd: Winograd,
  activation: FusedActivation,
  emitter: Emitter,
): EmittedKernel {
  const { N, C, OH, OW, O } = g;
  const { m } = winograd;
  const tiles = tilesOf(g, winograd);
  const { TH, T } = tiles;
  const P = (m + 2) ** 2;
  const framed = inFrame(g, winograd);
  const frame = frameOf(framed);
  const product = productOf({ N: T, I: C, O }, "none", emitter);
  // Scratch: the frame, V, M. Packed: the bias, U.
  const vAt = frame.isPadded ? inVectors(frame.bytes) : 0;
  const mAt = vAt + inVectors(P * T * C * FLOAT_BYTES);
  const uAt = vectorsFor(O) * VECTOR_BYTES;
  const uBytes = inVectors(packedBytes(T, product));
  const x = frame.isPadded ? "scratch" : 0;
  const { rows: frameRows, rowBytes } = frame;
  const [input, products, output] = [
    emitter.func(inputFunction, { m, ...tiles, C, frameRows, rowBytes, vAt }),
    emitter.func(productsFunction, { T, product, vAt, mAt, uAt, uBytes }),
    emitter.func(outputFunction, { m, ...tiles, OH, OW, O, activation, mAt }),
  ];
  return {
    kind: "emitted",
    launches: [
      ...(frame.isPadded ? [padImages(framed, emitter)] : []),
      { func: input, operands: [x, "scratch"], units: N * TH },
      { func: products, operands: ["scratch", "packed"], units: P * unitsOf(T, product) },
      { func: output, operands: ["scratch", "output", "packed"], units: N * TH },
    ],
    packed: {
      bytes: uAt + P * uBytes,
      write: (weights, to) => {
        const [w, b] = filterAndBias(weights, [3, 3, C, O]);
        const bias = new Float32Array(to.memory.buffer, to.at, O);
        if (b === null) bias.fill(0);
        else bias.set(b.toFloat32Array());
        let at = to.at + uAt;
        for (const U of transformedFilters(winograd, w)) {
          packPanels(U, null, product.widths, { ...to, at });
          at += uBytes;
        }
      },
    },
    scratchBytes: Math.max(packingBytes(C, O), mAt + P * T * O * FLOAT_BYTES),
  };
}

/** The convolution of images that are padded until whole tiles fit. */
function inFrame(g: Conv2dGeometry, winograd: Winograd): Conv2dGeometry {
  const { TH, TW } = tilesOf(g, winograd);
  const { m } = winograd;
  return { ...g, padBottom: m * TH + 2 - g.H - g.padTop, padRight: m * TW + 2 - g.W - g.padLeft };
}

function inVectors(bytes: number): number {
  return Math.ceil(bytes / VECTOR_BYTES) * VECTOR_BYTES;
}

interface Products {
  readonly T: number;
  readonly product: Product;
  readonly vAt: number;
  readonly mAt: number;
  readonly uAt: number;
  readonly uBytes: number;
}

/** Units of all products, one position of a tile after the other. */
function productsFunction({ T, product, vAt, mAt, uAt, uBytes }: Products): Func {
  const [units, own] = [unitsOf(T, product), productFunction(T, product)];
  return launchFunc("products", ["scratch", "w"], ({ scratch, w, from, to }, declare) => {
    const [p, first, end] = declare.i32("p", "first", "end");
    return upTo(
      from,
      to,
      [
        local.set(p, div(from, units)),
        local.set(first, mul(p, units)),
        local.set(end, min(to, add(first, units))),
        call(
          own,
          item(add(scratch, vAt), p, T * product.K * FLOAT_BYTES),
          item(add(scratch, mAt), p, T * product.N * FLOAT_BYTES),
          item(add(w, uAt), p, uBytes),
          sub(from, first),
          sub(end, first),
        ),
        local.set(from, end),
      ],
      0,
    );
  });
}

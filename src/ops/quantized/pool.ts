/** @file The public pooling operations of integers. Input and output have the same scale. */
import { type Pool2dGeometry, type Pool2dGeometryOptions, pool2dGeometry } from "../../geometry/pool2d.ts";
import { outputShape } from "../../geometry/window.ts";
import { type Limits, quantizedAveragePool2d, quantizedMaxPool2d } from "../../kernels/naive/quantized/pool2d.ts";
import { knownKeys, ShapeError } from "../../tensor/errors.ts";
import { layoutPermutation } from "../../tensor/layout.ts";
import { INTEGER_RANGES, type IntegerData, permuted, type QuantizedTensor } from "../../tensor/quantizedTensor.ts";
import { checkActivations, emptyOutput } from "./operands.ts";

const OPTIONS = ["windowDimensions", "strides", "padding", "dilations", "layout", "rounding"];

/**
 * The mean of the pixels under a window, channel by channel, of their integers, half away from 0.
 *
 * @param input   [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), int8 or uint8, one scale
 * @param options as for floats; taps on the padding do not count
 * @returns [n, oh, ow, c], fresh, in the layout of the input, with its scale and zero point
 * @throws ShapeError naming the operand, the value found and the value needed; for a window without pixels
 *
 * @example
 * const q = quantizedTensor(Int8Array.of(1, 2, 3, 4), [1, 2, 2, 1], { scale: 0.5 });
 * [...averagePool2d(q, { windowDimensions: [1, 2] }).data]; // [2, 4]
 */
export function averagePool2d(input: QuantizedTensor, options: Pool2dGeometryOptions = {}): QuantizedTensor {
  return pool("averagePool2d", input, options, quantizedAveragePool2d);
}

/**
 * The maximum of the pixels under a window, channel by channel.
 *
 * @param input   [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), int8 or uint8, one scale
 * @param options as for {@link averagePool2d}
 * @returns [n, oh, ow, c], fresh, in the layout of the input, with its scale and zero point
 * @throws ShapeError as {@link averagePool2d}
 *
 * @example
 * const q = quantizedTensor(Int8Array.of(1, 2, 3, 4), [1, 2, 2, 1], { scale: 0.5 });
 * [...maxPool2d(q, { windowDimensions: [1, 2] }).data]; // [2, 4]
 */
export function maxPool2d(input: QuantizedTensor, options: Pool2dGeometryOptions = {}): QuantizedTensor {
  return pool("maxPool2d", input, options, quantizedMaxPool2d);
}

function pool(
  op: string,
  input: QuantizedTensor,
  options: Pool2dGeometryOptions,
  kernel: (g: Pool2dGeometry, x: IntegerData, limits: Limits, y: IntegerData) => void,
): QuantizedTensor {
  knownKeys(op, options, OPTIONS);
  const x = checkActivations(op, "input", input);
  const g = pool2dGeometry(op, x.shape, options);
  checkWindows(op, g);
  const layout = options.layout ?? "nhwc";
  const [min, max] = INTEGER_RANGES[x.type];
  const range = { zeroPoint: x.zeroPoint, min, max };
  const y = emptyOutput(outputShape(g, "nhwc"), { type: x.type, scale: x.scale, range });
  kernel(g, permuted(x, layoutPermutation(layout, "nhwc")).data, range, y.data);
  return permuted(y, layoutPermutation("nhwc", layout));
}

/** @throws ShapeError if a window has no pixel: no integer is its mean or maximum */
function checkWindows(op: string, g: Pool2dGeometry): void {
  const { H, W, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const isEmpty = (o: number, extent: number, k: number, stride: number, dilation: number, before: number): boolean =>
    Array.from({ length: k }, (_, tap) => o * stride + tap * dilation - before).every((i) => i < 0 || i >= extent);
  for (let oh = 0; oh < OH; oh++) {
    if (isEmpty(oh, H, KH, strideH, dilationH, padTop)) throw new ShapeError(`${op}: window row ${oh} has no pixels`);
  }
  for (let ow = 0; ow < OW; ow++) {
    if (isEmpty(ow, W, KW, strideW, dilationW, padLeft))
      throw new ShapeError(`${op}: window column ${ow} has no pixels`);
  }
}

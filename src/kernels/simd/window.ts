/** @file The windows of an image as loops: for kernels of any size whose taps are looked up one by one. */
import type { WindowGeometry } from "../../geometry/window.ts";
import { type Declare, when } from "../../wasm/control.ts";
import type { Local, Statements } from "../../wasm/expression.ts";
import { i32, local } from "../../wasm/instructions.ts";
import { add, div, item, mul, rem, sub } from "../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../wasm/sizes.ts";
import type { LaunchParams } from "./emitter.ts";
import { advance, forEach, upTo } from "./loops.ts";

/** A window: where its output pixel goes, and where the first tap would lie. */
export interface Window {
  readonly oh: Local<"i32">;
  readonly ow: Local<"i32">;
  /** Address of the output pixel. */
  readonly y: Local<"i32">;
  /** Address of the image that the window lies on. */
  readonly image: Local<"i32">;
}

export interface Images extends WindowGeometry {
  readonly C: number;
  readonly O: number;
  /** Bytes of a number. Default: those of a float32. */
  readonly elementBytes?: number;
}

/** The body for each window of the output rows from `from` up to `to`, counted over the images. */
export function eachWindow(
  g: Images,
  { x, y, from, to }: LaunchParams<"x" | "y">,
  declare: Declare,
  body: (window: Window) => Statements,
): Statements {
  const { H, W, C, O, OH, OW, elementBytes = FLOAT_BYTES } = g;
  const [oh, ow, image, yAt] = declare.i32("oh", "ow", "image", "yAt");
  return upTo(from, to, [
    local.set(oh, rem(from, OH)),
    local.set(image, item(x, div(from, OH), H * W * C * elementBytes)),
    local.set(yAt, item(y, from, OW * O * elementBytes)),
    forEach(ow, 0, OW, [body({ oh, ow, y: yAt, image }), advance(yAt, O * elementBytes)]),
  ]);
}

/** The body for each tap of a window that falls on the image, in order, with the address of its pixel. */
export function eachTap(
  g: Images,
  window: Window,
  declare: Declare,
  body: (pixel: Local<"i32">, kh: Local<"i32">, kw: Local<"i32">) => Statements,
): Statements {
  const { H, W, C, KH, KW, strideH, strideW, dilationH, dilationW, padTop, padLeft, elementBytes = FLOAT_BYTES } = g;
  const [kh, kw, ih, iw, pixel] = declare.i32("kh", "kw", "ih", "iw", "pixel");
  // A row or column before the image is negative, so large as an unsigned number.
  return forEach(kh, 0, KH, [
    local.set(ih, sub(add(mul(window.oh, strideH), mul(kh, dilationH)), padTop)),
    when(i32.lt_u(ih, H), [
      forEach(kw, 0, KW, [
        local.set(iw, sub(add(mul(window.ow, strideW), mul(kw, dilationW)), padLeft)),
        when(i32.lt_u(iw, W), [
          local.set(pixel, item(window.image, add(mul(ih, W), iw), C * elementBytes)),
          body(pixel, kh, kw),
        ]),
      ]),
    ]),
  ]);
}

/** @file The windows of an image as loops: for kernels of any size whose taps are looked up one by one. */
import type { WindowGeometry } from "../../geometry/window.ts";
import type { Declare } from "../../wasm/control.ts";
import { when } from "../../wasm/control.ts";
import type { Local, Statements } from "../../wasm/expression.ts";
import { i32, local } from "../../wasm/instructions.ts";
import { FLOAT_BYTES, upTo } from "./emit.ts";

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
}

/** The body for each window of the output rows from `from` up to `to`, counted over the images. */
export function eachWindow(
  g: Images,
  { x, y, from, to }: Readonly<Record<"x" | "y" | "from" | "to", Local<"i32">>>,
  declare: Declare,
  body: (window: Window) => Statements,
): Statements {
  const { H, W, C, O, OH, OW } = g;
  const [oh, ow, image, yAt] = ["oh", "ow", "image", "yAt"].map((name) => declare("i32", name));
  return upTo(from, to, [
    local.set(oh, i32.rem_u(from, OH)),
    local.set(image, i32.add(x, i32.mul(i32.div_u(from, OH), H * W * C * FLOAT_BYTES))),
    local.set(yAt, i32.add(y, i32.mul(from, OW * O * FLOAT_BYTES))),
    local.set(ow, i32.const(0)),
    upTo(ow, OW, [body({ oh, ow, y: yAt, image }), local.set(yAt, i32.add(yAt, O * FLOAT_BYTES))]),
  ]);
}

/** The body for each tap of a window that falls on the image, in order, with the address of its pixel. */
export function eachTap(
  g: Images,
  window: Window,
  declare: Declare,
  body: (pixel: Local<"i32">, kh: Local<"i32">, kw: Local<"i32">) => Statements,
): Statements {
  const { H, W, C, KH, KW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const [kh, kw, ih, iw, pixel] = ["kh", "kw", "ih", "iw", "pixel"].map((name) => declare("i32", name));
  const inputIndex = (o: Local<"i32">, stride: number, k: Local<"i32">, dilation: number, before: number) =>
    i32.sub(i32.add(i32.mul(o, stride), i32.mul(k, dilation)), before);
  return [
    local.set(kh, i32.const(0)),
    upTo(kh, KH, [
      local.set(ih, inputIndex(window.oh, strideH, kh, dilationH, padTop)),
      when(i32.lt_u(ih, H), [
        local.set(kw, i32.const(0)),
        upTo(kw, KW, [
          local.set(iw, inputIndex(window.ow, strideW, kw, dilationW, padLeft)),
          when(i32.lt_u(iw, W), [
            local.set(pixel, i32.add(window.image, i32.mul(i32.add(i32.mul(ih, W), iw), C * FLOAT_BYTES))),
            ...body(pixel, kh, kw),
          ]),
        ]),
      ]),
    ]),
  ];
}

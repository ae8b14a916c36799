/** Which parts of an output listen to which parts of an input. */
import { Tensor } from "../../src/index.ts";

/** Output channels [n, h, w, c] that change when one input channel does. */
export function channelsChangedBy(run: (x: Tensor) => Tensor, x: Tensor, channel: number): number[] {
  const C = x.shape[3];
  const [before, after] = [run(x), run(nudged(x, (i) => i % C === channel))];
  const O = before.shape[3];
  return Array.from({ length: O }, (_, o) => o).filter((o) =>
    before.data.some((value, i) => i % O === o && value !== after.data[i]),
  );
}

/** Output pixels, as h · W + w, that change when one input pixel does. */
export function pixelsChangedBy(run: (x: Tensor) => Tensor, x: Tensor, pixel: number): number[] {
  const C = x.shape[3];
  const [before, after] = [run(x), run(nudged(x, (i) => Math.floor(i / C) === pixel))];
  const [, H, W, O] = before.shape;
  return Array.from({ length: H * W }, (_, p) => p).filter((p) =>
    before.data.some((value, i) => Math.floor(i / O) === p && value !== after.data[i]),
  );
}

function nudged(x: Tensor, isChosen: (i: number) => boolean): Tensor {
  return new Tensor(
    x.data.map((value, i) => (isChosen(i) ? value + 1 : value)),
    x.shape,
  );
}

/** An image with its pixels in another order, the same for all channels: pixel p comes from place[p]. */
export function permutePixels(x: Tensor, position: readonly number[]): Tensor {
  const C = x.shape[3];
  return new Tensor(
    x.data.map((_, i) => x.data[position[Math.floor(i / C)] * C + (i % C)]),
    x.shape,
  );
}

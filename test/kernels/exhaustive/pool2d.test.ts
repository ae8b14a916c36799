import { expect } from "vitest";
import { averagePool2d, maxPool2d, ShapeError, Tensor, TIERS } from "../../../src/index.ts";
import { at, axes, check, coin, fits, product, stretch, WINDOWS } from "../../support/exhaustive.ts";
import { windowPixels } from "../../support/reference.ts";

check("average and max pooling", () => {
  const lists = [...WINDOWS, ["floor", "ceil"], [true, false]] as const;
  let checked = 0;
  let refused = 0;
  for (const [index, [H, W, KH, KW, sH, sW, [dH, dW], padding, rounding, countIncludePad]] of product(...lists)) {
    const [rows, columns] = axes(padding, [H, KH, sH, dH], [W, KW, sW, dW]);
    const [N, C] = [coin(index, 0) ? 1 : 2, coin(index, 1) ? 1 : 3];
    const data = stretch(N * H * W * C, index);
    const x = new Tensor(data, [N, H, W, C]);
    const options = {
      windowDimensions: [KH, KW],
      strides: [sH, sW],
      dilations: [dH, dW],
      padding,
      rounding,
    } as const;
    const calls = TIERS.flatMap((backend) => [
      () => maxPool2d(x, { ...options, backend }),
      () => averagePool2d(x, { ...options, countIncludePad, backend }),
    ]);
    if (!fits(rows, rounding) || !fits(columns, rounding)) {
      for (const call of calls) expect(call).toThrow(ShapeError);
      refused++;
      continue;
    }
    const expected = windowPixels(data, { N, C, rows, columns, rounding });
    for (const [i, call] of calls.entries()) {
      const y = call();
      const wrong = expected.findIndex(({ pixels, tapsWithPadding }, o) => {
        if (i % 2 === 0) return !Object.is(y.data[o], Math.max(...pixels));
        const count = countIncludePad ? tapsWithPadding : pixels.length;
        const mean = pixels.reduce((sum, value) => sum + value, 0) / count;
        return Number.isNaN(mean)
          ? !Number.isNaN(y.data[o])
          : Math.abs(y.data[o] - mean) > 2 ** -24 * Math.abs(mean) + 1e-14;
      });
      if (wrong !== -1 || y.size !== expected.length) {
        return {
          checked,
          refused,
          wrong: `${at(index, options, H, W, C, N, countIncludePad)} call ${i}, output ${wrong}`,
        };
      }
    }
    checked++;
  }
  return { checked, refused, wrong: null };
});

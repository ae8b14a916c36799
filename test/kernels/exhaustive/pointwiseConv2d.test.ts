import { axes, type Config, check, coin, PADDINGS, product, runConv } from "../../support/exhaustive.ts";

check("pointwise convolution", () => {
  function* configs(): Iterable<Config> {
    const extents = [1, 2, 3, 4, 5, 7];
    const lists = [
      extents,
      extents,
      [1, 2, 3, 5, 8],
      [1, 2, 3, 4, 9],
      [1, 2, 5],
      [1, 3, 4],
      PADDINGS,
      [1, 2, 3],
    ] as const;
    for (const [index, [H, W, C, O, sH, sW, padding, N]] of product(...lists)) {
      const [rows, columns] = axes(padding, [H, 1, sH, 1], [W, 1, sW, 1]);
      yield { index, N, C, O, G: 1, padding, rows, columns, nchw: coin(index, 2) };
    }
  }
  return runConv("pointwiseConv2d", configs());
});

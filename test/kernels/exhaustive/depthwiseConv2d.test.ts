import { check, runConv, windows } from "../../support/exhaustive.ts";

check("depthwise convolution", () =>
  runConv(
    "depthwiseConv2d",
    windows([
      [1, 1, 1],
      [3, 3, 3],
      [2, 6, 2],
    ]),
  ),
);

import { check, runConv, windows } from "../../support/exhaustive.ts";

check("standard and grouped convolution", () =>
  runConv(
    "conv2d",
    windows([
      [1, 2, 1],
      [3, 5, 1],
      [4, 6, 2],
    ]),
  ),
);

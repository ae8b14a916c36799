/** @file Printed figures of MobileNetV4. */
import { mobilenetV4, type V4Size } from "../models/mobilenetV4.ts";
import { analyze } from "./analyze.ts";
import { type PrintedRow, withoutBatchNorm } from "./printed.ts";

const V4 = "arXiv 2404.10518";
const TIMM = "timm, results-imagenet.csv";
const FROM_TABLE = "the paper's own table of layers gives the exact count";

export function rowsV4(): readonly PrintedRow[] {
  const printed: readonly (readonly [V4Size, resolution: number, macs: string, parameters: string, timm: string])[] = [
    ["small", 224, "0.2", "3.8", "3.77"],
    ["medium", 256, "1.0", "9.2", "9.72"],
    ["large", 384, "5.9", "31.0", "32.59"],
  ];
  return printed.flatMap(([size, resolution, macs, parameters, timm]): PrintedRow[] => {
    const total = analyze(mobilenetV4({ size, resolution })).total;
    // Counting one bias per batch norm channel, as after folding, matches every row that any count matches.
    const folded = (withoutBatchNorm(total) + total.parameters.trainable) / 2;
    const what = `MNv4-Conv-${size} at ${resolution}`;
    return [
      [`v4.${size}.macs`, `${V4}, Table 6`, what, macs, "billion", total.macs, FROM_TABLE],
      [
        `v4.${size}.params`,
        `${V4}, Table 6`,
        "its parameters, batch norm folded",
        parameters,
        "million",
        folded,
        FROM_TABLE,
      ],
      [
        `v4.${size}.timm.params`,
        TIMM,
        `mobilenetv4_conv_${size}, parameters`,
        timm,
        "million",
        total.parameters.trainable,
      ],
    ];
  });
}

/** @file Printed figures of MobileNetV2. */
import { mobilenetV2 } from "../models/mobilenetV2.ts";
import { analyze, type Totals } from "./analyze.ts";
import { type PrintedRow, withoutBatchNorm } from "./printed.ts";

const V2 = "arXiv 1801.04381";
const SLIM = "TF-slim, mobilenet/README.md";
const TORCHVISION = "torchvision's models";

/** TF-slim's table of V2: millions of MACs at 224, 192, 160, 128 and 96 pixels, and of parameters. */
const SLIM_V2: readonly (readonly [alpha: string, macs: readonly string[], parameters: string])[] = [
  ["1.4", ["582"], "6.06"],
  ["1.3", ["509"], "5.34"],
  ["1.0", ["300", "221", "154", "99", "56"], "3.47"],
  ["0.75", ["209", "153", "107", "69", "39"], "2.61"],
  ["0.5", ["97", "71", "50", "32", "18"], "1.95"],
  ["0.35", ["59", "43", "30", "20", "11"], "1.66"],
];

export function rowsV2(): readonly PrintedRow[] {
  const of = (alpha: number, resolution = 224): Totals => analyze(mobilenetV2({ alpha, resolution })).total;
  const [plain, wide] = [of(1), of(1.4)];
  const { nodes } = mobilenetV2();
  const blocks = nodes.filter(({ name }) => /^block_\d+_project$/.test(name)).length;
  return [
    ["v2.t4.1.0.madds", `${V2}, Table 4`, "MobileNetV2 1.0-224", "300", "million", plain.macs],
    ["v2.t4.1.0.params", `${V2}, Table 4`, "its parameters", "3.4", "million", withoutBatchNorm(plain)],
    [
      "v2.t4.1.4.madds",
      `${V2}, Table 4`,
      "MobileNetV2 1.4-224",
      "585",
      "million",
      wide.macs,
      "TF-slim's table has 582",
    ],
    [
      "v2.t4.1.4.params",
      `${V2}, Table 4`,
      "its parameters",
      "6.9",
      "million",
      withoutBatchNorm(wide),
      "no counting rule gives it",
    ],
    ["v2.text.blocks", `${V2}, section 4`, "residual bottleneck layers", "19", "", blocks, "Table 2 has 17"],
    ["v2.tv.params", TORCHVISION, "mobilenet_v2, parameters", "3504872", "", plain.parameters.trainable],
    ["v2.keras.params", "Keras applications", "MobileNetV2, total parameters", "3538984", "", plain.parameters.stored],
    ...SLIM_V2.flatMap(([alpha, macs, parameters]): PrintedRow[] => [
      ...macs.map((printed, i): PrintedRow => {
        const resolution = [224, 192, 160, 128, 96][i];
        const exact = of(Number(alpha), resolution).macs;
        return [
          `v2.slim.${alpha}-${resolution}.macs`,
          SLIM,
          `mobilenet_v2_${alpha}_${resolution}`,
          printed,
          "million",
          exact,
        ];
      }),
      [
        `v2.slim.${alpha}.params`,
        SLIM,
        `mobilenet_v2_${alpha}, parameters`,
        parameters,
        "million",
        withoutBatchNorm(of(Number(alpha))),
      ],
    ]),
    ["tv.mobilenet_v2.gflops", TORCHVISION, 'mobilenet_v2, "GFLOPS", which are MACs', "0.3", "billion", plain.macs],
  ];
}

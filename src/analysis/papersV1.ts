/** @file Printed figures of MobileNetV1: its paper (arXiv 1704.04861), TF-slim's table, Keras' summaries. */
import { type MobilenetV1Options, mobilenetV1 } from "../models/mobilenetV1.ts";
import { type Analysis, analyze, type LayerKind } from "./analyze.ts";
import { agreementOf, type PrintedRow } from "./printed.ts";

const ARXIV = "arXiv 1704.04861";
const SLIM = "TF-slim, mobilenet_v1.md";
const KERAS = "Keras applications, MobileNet";
const DIGITS_SWAPPED = "a misprint of 1.91: as printed the column adds up to 99.29 %";
const WITHOUT_STEM = "the row leaves out the first convolution";
const FACES = "the table's 0.25 rows fit neither Table 6 nor the count";

export function rowsV1(): readonly PrintedRow[] {
  const known = new Map<string, Analysis>();
  const count = (options: MobilenetV1Options): Analysis => {
    const key = JSON.stringify(options);
    const found = known.get(key) ?? analyze(mobilenetV1(options));
    known.set(key, found);
    return found;
  };
  const macs = (alpha: number, resolution: number): number => count({ alpha, resolution }).total.macs;
  const parameters = (alpha: number): number => count({ alpha, resolution: 224 }).total.parameters.withoutBatchNorm;
  const full = count({});
  const standard = count({ convolution: "standard" });
  const shallow = count({ shallow: true });
  const head = (alpha: number): number => layer(count({ alpha, resolution: 224 }), "conv_preds").macs;
  const stem = (alpha: number, resolution: number): number => layer(count({ alpha, resolution }), "conv1").macs;
  const share = (kind: LayerKind) => full.byKind.find((row) => row.kind === kind) as Analysis["byKind"][number];
  // The block of 512 channels at 14×14 that Table 3 resizes.
  const block = (channels: number, side: number) => ({
    macs: (9 * channels + channels * channels) * side * side,
    parameters: 9 * channels + channels * channels,
  });
  const seven = layer(standard, "conv_7");
  const thin = Math.floor(0.75 * 512);

  const kinds: readonly (readonly [string, string, LayerKind, string, string])[] = [
    ["pw", "Conv 1×1", "pointwise", "94.86", "74.59"],
    ["dw", "Conv DW 3×3", "depthwise", "3.06", "1.06"],
    ["conv", "Conv 3×3", "conv", "1.19", "0.02"],
    ["fc", "Fully connected", "dense", "0.18", "24.33"],
  ];
  return [
    ...kinds.flatMap(([key, what, kind, ofMacs, ofParameters]): PrintedRow[] => [
      [
        `v1.t2.${key}.madds_pct`,
        `${ARXIV}, Table 2`,
        `${what}, share of mult-adds`,
        ofMacs,
        "%",
        share(kind).macsShare,
        key === "conv" ? DIGITS_SWAPPED : "",
      ],
      [
        `v1.t2.${key}.params_pct`,
        `${ARXIV}, Table 2`,
        `${what}, share of parameters`,
        ofParameters,
        "%",
        share(kind).weightsShare,
      ],
    ]),
    ["v1.t3.conv.madds", `${ARXIV}, Table 3`, "convolution 3×3, 512 → 512, 14×14", "462", "million", seven.macs],
    ["v1.t3.conv.params", `${ARXIV}, Table 3`, "its parameters", "2.36", "million", seven.weights],
    ["v1.t3.sep.madds", `${ARXIV}, Table 3`, "depthwise separable", "52.3", "million", block(512, 14).macs],
    ["v1.t3.sep.params", `${ARXIV}, Table 3`, "its parameters", "0.27", "million", block(512, 14).parameters],
    ["v1.t3.alpha.madds", `${ARXIV}, Table 3`, "and alpha 0.75", "29.6", "million", block(thin, 14).macs],
    ["v1.t3.alpha.params", `${ARXIV}, Table 3`, "its parameters", "0.15", "million", block(thin, 14).parameters],
    ["v1.t3.rho.madds", `${ARXIV}, Table 3`, "and rho 0.714, 10×10", "15.1", "million", block(thin, 10).macs],
    ["v1.t3.rho.params", `${ARXIV}, Table 3`, "its parameters", "0.15", "million", block(thin, 10).parameters],
    [
      "v1.t4.conv.madds",
      `${ARXIV}, Table 4`,
      "Conv MobileNet",
      "4866",
      "million",
      standard.total.macs - layer(standard, "conv_preds").macs,
      "without the fully connected layer, which the 569 beside it includes",
    ],
    [
      "v1.t4.conv.params",
      `${ARXIV}, Table 4`,
      "its parameters",
      "29.3",
      "million",
      standard.total.parameters.withoutBatchNorm,
    ],
    ["v1.t4.mobilenet.madds", `${ARXIV}, Tables 4, 6, 7, 8`, "1.0 MobileNet-224", "569", "million", macs(1, 224)],
    ["v1.t4.mobilenet.params", `${ARXIV}, Tables 4, 6, 7, 8`, "its parameters", "4.2", "million", parameters(1)],
    [
      "v1.saving.madds",
      `from ${ARXIV}, Table 4`,
      "saving of mult-adds",
      "8.56",
      "times",
      standard.total.macs / macs(1, 224),
    ],
    [
      "v1.saving.params",
      `from ${ARXIV}, Table 4`,
      "saving of parameters",
      "6.96",
      "times",
      standard.total.parameters.withoutBatchNorm / parameters(1),
      "less than 8 to 9 because both networks have the same last layer",
    ],
    ["v1.t5.shallow.madds", `${ARXIV}, Table 5`, "Shallow MobileNet", "307", "million", shallow.total.macs],
    [
      "v1.t5.shallow.params",
      `${ARXIV}, Table 5`,
      "its parameters",
      "2.9",
      "million",
      shallow.total.parameters.withoutBatchNorm,
    ],
    ...(
      [
        ["1.0", 1, "569", "4.2"],
        ["0.75", 0.75, "325", "2.6"],
        ["0.5", 0.5, "149", "1.3"],
        ["0.25", 0.25, "41", "0.5"],
      ] as const
    ).flatMap(([name, alpha, ofMacs, ofParameters]): PrintedRow[] => [
      [`v1.t6.${name}.madds`, `${ARXIV}, Table 6`, `${name} MobileNet-224`, ofMacs, "million", macs(alpha, 224)],
      [`v1.t6.${name}.params`, `${ARXIV}, Table 6`, "its parameters", ofParameters, "million", parameters(alpha)],
    ]),
    ...(
      [
        [224, "569"],
        [192, "418"],
        [160, "290"],
        [128, "186"],
      ] as const
    ).map(([resolution, printed]): PrintedRow => {
      return [
        `v1.t7.${resolution}.madds`,
        `${ARXIV}, Table 7`,
        `1.0 MobileNet-${resolution}`,
        printed,
        "million",
        macs(1, resolution),
      ];
    }),
    ["v1.t9.0.5-160.madds", `${ARXIV}, Table 9`, "0.50 MobileNet-160", "76", "million", macs(0.5, 160)],
    ["v1.t9.0.5-160.params", `${ARXIV}, Table 9`, "its parameters", "1.32", "million", parameters(0.5)],
    ["v1.t10.0.75-192.madds", `${ARXIV}, Table 10`, "0.75 MobileNet-192", "239", "million", macs(0.75, 192)],
    ...(
      [
        ["1.0", 1, 224, "568"],
        ["0.5", 0.5, 224, "149"],
        ["0.25", 0.25, 224, "45"],
        ["1.0", 1, 128, "185"],
        ["0.5", 0.5, 128, "48"],
        ["0.25", 0.25, 128, "15"],
      ] as const
    ).map(([name, alpha, resolution, printed]): PrintedRow => {
      const exact = macs(alpha, resolution) - head(alpha);
      const id = `v1.t12.${name}-${resolution}.madds`;
      const reason = alpha === 0.25 ? FACES : "without the classifier";
      return [id, `${ARXIV}, Table 12`, `${name} MobileNet-${resolution}, faces`, printed, "million", exact, reason];
    }),
    ...(
      [
        ["1.0", 1, ["569", "418", "291", "186"]],
        ["0.75", 0.75, ["317", "233", "162", "104"]],
        ["0.5", 0.5, ["150", "110", "77", "49"]],
        ["0.25", 0.25, ["41", "34", "21", "14"]],
      ] as const
    ).flatMap(([name, alpha, printed]) =>
      [224, 192, 160, 128].map((resolution, i): PrintedRow => {
        const exact = macs(alpha, resolution);
        const bare = Math.round((exact - stem(alpha, resolution)) / 1e6);
        const reason = String(bare) === printed[i] ? WITHOUT_STEM : slimReason(exact, printed[i]);
        const id = `v1.slim.${name}-${resolution}.macs`;
        return [id, SLIM, `MobileNet_v1_${name}_${resolution}`, printed[i], "million", exact, reason];
      }),
    ),
    ...(
      [
        ["1.0", 1, "4253864"],
        ["0.75", 0.75, "2601976"],
        ["0.5", 0.5, "1342536"],
        ["0.25", 0.25, "475544"],
      ] as const
    ).map(([name, alpha, printed]): PrintedRow => {
      const exact = count({ alpha, resolution: 224 }).total.parameters.stored;
      return [`v1.keras.${name}.params`, KERAS, `alpha ${name}, total parameters`, printed, "", exact];
    }),
  ];
}

function slimReason(exact: number, printed: string): string {
  if (agreementOf(printed, "million", exact) !== "differs") return "";
  const isRoundedUp = Math.ceil(exact / 1e6) === Number(printed);
  return isRoundedUp ? "rounded up" : "no counting rule gives it";
}

function layer({ layers }: Analysis, name: string): Analysis["layers"][number] {
  return layers.find((candidate) => candidate.name === name) as Analysis["layers"][number];
}

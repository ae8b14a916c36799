/** @file Printed figures of MobileNet V2, V3 and V4. */
import type { Graph } from "../graph/graph.ts";
import { mobilenetV2 } from "../models/mobilenetV2.ts";
import { type MobilenetV3Options, mobilenetV3Large, mobilenetV3Small } from "../models/mobilenetV3.ts";
import { mobilenetV4, type V4Size } from "../models/mobilenetV4.ts";
import { analyze, type Totals } from "./analyze.ts";
import type { PrintedRow } from "./printed.ts";

const V2 = "arXiv 1801.04381";
const V3 = "arXiv 1905.02244";
const V4 = "arXiv 2404.10518";
const SLIM = "TF-slim, mobilenet/README.md";
const TORCHVISION = "torchvision's models";
const TIMM = "timm, results-imagenet.csv";
const FROM_TABLE = "the paper's own table of layers gives the exact count";

/** TF-slim's table of V2: millions of MACs at 224, 192, 160, 128 and 96 pixels, and of parameters. */
const SLIM_V2: readonly (readonly [alpha: string, macs: readonly string[], parameters: string])[] = [
  ["1.4", ["582"], "6.06"],
  ["1.3", ["509"], "5.34"],
  ["1.0", ["300", "221", "154", "99", "56"], "3.47"],
  ["0.75", ["209", "153", "107", "69", "39"], "2.61"],
  ["0.5", ["97", "71", "50", "32", "18"], "1.95"],
  ["0.35", ["59", "43", "30", "20", "11"], "1.66"],
];

export function laterRows(): readonly PrintedRow[] {
  return [...second(), ...third(), ...fourth()];
}

function second(): readonly PrintedRow[] {
  const of = (alpha: number, resolution = 224): Totals => analyze(mobilenetV2({ alpha, resolution })).total;
  const [plain, wide] = [of(1), of(1.4)];
  const { nodes } = mobilenetV2();
  const blocks = nodes.filter(({ name }) => /^block_\d+_project$/.test(name)).length;
  return [
    ["v2.t4.1.0.madds", `${V2}, Table 4`, "MobileNetV2 1.0-224", "300", "million", plain.macs],
    ["v2.t4.1.0.params", `${V2}, Table 4`, "its parameters", "3.4", "million", bare(plain)],
    [
      "v2.t4.1.4.madds",
      `${V2}, Table 4`,
      "MobileNetV2 1.4-224",
      "585",
      "million",
      wide.macs,
      "TF-slim's table has 582",
    ],
    ["v2.t4.1.4.params", `${V2}, Table 4`, "its parameters", "6.9", "million", bare(wide), "no counting rule gives it"],
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
        bare(of(Number(alpha))),
      ],
    ]),
    ["tv.mobilenet_v2.gflops", TORCHVISION, 'mobilenet_v2, "GFLOPS", which are MACs', "0.3", "billion", plain.macs],
  ];
}

function third(): readonly PrintedRow[] {
  const of = (make: (options: MobilenetV3Options) => Graph, options: MobilenetV3Options = {}): Totals =>
    analyze(make(options)).total;
  const [large, small] = [of(mobilenetV3Large), of(mobilenetV3Small)];
  const [largeThin, smallThin] = [mobilenetV3Large, mobilenetV3Small].map((make) => of(make, { alpha: 0.75 }));
  const [largeMin, smallMin] = [mobilenetV3Large, mobilenetV3Small].map((make) => of(make, { minimalistic: true }));
  // Earlier versions of the paper gave the small network the large one's head, 1280 channels instead of 1024, which
  // adds weights to two layers.
  const wider = (1280 - 1024) * (576 + 1000);
  const early = { macs: small.macs + wider, parameters: bare(small) + wider + (1280 - 1024) };
  return [
    [
      "v3.t3.large.madds",
      `${V3}, Table 3`,
      "V3-Large 1.0-224",
      "219",
      "million",
      large.macs,
      "TF-slim's table has 217",
    ],
    ["v3.t3.large.params", `${V3}, Table 3`, "its parameters", "5.4", "million", bare(large)],
    ["v3.slim.large.macs", SLIM, "v3-large_224_1.0_float", "217", "million", large.macs],
    ["v3.t3.small.madds.latest", `${V3}, Table 3, latest version`, "V3-Small 1.0-224", "56", "million", small.macs],
    ["v3.t3.small.params.latest", `${V3}, Table 3, latest version`, "its parameters", "2.5", "million", bare(small)],
    [
      "v3.t3.small.madds.early",
      `${V3}, Table 3, earlier versions`,
      "V3-Small 1.0-224 with a head of 1280",
      "66",
      "million",
      early.macs,
      "corrected in the latest version",
    ],
    [
      "v3.t3.small.params.early",
      `${V3}, Table 3, earlier versions`,
      "its parameters",
      "2.9",
      "million",
      early.parameters,
    ],
    ["v3.t3.large075.madds", `${V3}, Table 3`, "V3-Large 0.75-224", "155", "million", largeThin.macs],
    ["v3.t3.large075.params", `${V3}, Table 3`, "its parameters", "4.0", "million", bare(largeThin)],
    [
      "v3.t3.small075.madds",
      `${V3}, Table 3`,
      "V3-Small 0.75-224",
      "44",
      "million",
      smallThin.macs,
      "neither width rule gives it; torchvision's gives 39.1",
    ],
    [
      "v3.t3.small075.params.latest",
      `${V3}, Table 3, latest version`,
      "its parameters",
      "2.0",
      "million",
      bare(smallThin),
    ],
    ["v3.slim.largemin.macs", SLIM, "V3-Large minimalistic", "209", "million", largeMin.macs],
    ["v3.slim.largemin.params", SLIM, "its parameters", "3.9", "million", bare(largeMin)],
    [
      "v3.slim.smallmin.macs",
      SLIM,
      "V3-Small minimalistic",
      "65",
      "million",
      smallMin.macs,
      "no counting rule gives it",
    ],
    ["v3.slim.smallmin.params", SLIM, "its parameters", "2.0", "million", bare(smallMin)],
    ["v3.tv.large.params", TORCHVISION, "mobilenet_v3_large, parameters", "5483032", "", large.parameters.trainable],
    ["v3.tv.small.params", TORCHVISION, "mobilenet_v3_small, parameters", "2542856", "", small.parameters.trainable],
    [
      "v3.keras.large.params",
      "Keras applications",
      "MobileNetV3Large, total parameters",
      "5507432",
      "",
      large.parameters.stored,
    ],
    [
      "v3.keras.small.params",
      "Keras applications",
      "MobileNetV3Small, total parameters",
      "2554968",
      "",
      small.parameters.stored,
    ],
    [
      "tv.mobilenet_v3_large.gflops",
      TORCHVISION,
      'mobilenet_v3_large, "GFLOPS", which are MACs',
      "0.22",
      "billion",
      large.macs,
    ],
    [
      "tv.mobilenet_v3_small.gflops",
      TORCHVISION,
      'mobilenet_v3_small, "GFLOPS", which are MACs',
      "0.06",
      "billion",
      small.macs,
    ],
  ];
}

function fourth(): readonly PrintedRow[] {
  const printed: readonly (readonly [V4Size, resolution: number, macs: string, parameters: string, timm: string])[] = [
    ["small", 224, "0.2", "3.8", "3.77"],
    ["medium", 256, "1.0", "9.2", "9.72"],
    ["large", 384, "5.9", "31.0", "32.59"],
  ];
  return printed.flatMap(([size, resolution, macs, parameters, timm]): PrintedRow[] => {
    const total = analyze(mobilenetV4({ size, resolution })).total;
    // One bias per batch norm channel, as after folding, matches those rows that any count matches.
    const folded = (bare(total) + total.parameters.trainable) / 2;
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

function bare({ parameters }: Totals): number {
  return parameters.withoutBatchNorm;
}

/** @file Printed figures of MobileNetV3. */
import type { Graph } from "../graph/graph.ts";
import { type MobilenetV3Options, mobilenetV3Large, mobilenetV3Small } from "../models/mobilenetV3.ts";
import { analyze, type Totals } from "./analyze.ts";
import { type PrintedRow, withoutBatchNorm } from "./printed.ts";

const V3 = "arXiv 1905.02244";
const SLIM = "TF-slim, mobilenet/README.md";
const TORCHVISION = "torchvision's models";

export function rowsV3(): readonly PrintedRow[] {
  const of = (make: (options: MobilenetV3Options) => Graph, options: MobilenetV3Options = {}): Totals =>
    analyze(make(options)).total;
  const [large, small] = [of(mobilenetV3Large), of(mobilenetV3Small)];
  const [largeThin, smallThin] = [mobilenetV3Large, mobilenetV3Small].map((make) => of(make, { alpha: 0.75 }));
  const [largeMin, smallMin] = [mobilenetV3Large, mobilenetV3Small].map((make) => of(make, { minimalistic: true }));
  // Earlier versions of the paper gave the small network the large one's head, 1280 channels instead of 1024, which
  // adds weights to two layers.
  const wider = (1280 - 1024) * (576 + 1000);
  const early = { macs: small.macs + wider, parameters: withoutBatchNorm(small) + wider + (1280 - 1024) };
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
    ["v3.t3.large.params", `${V3}, Table 3`, "its parameters", "5.4", "million", withoutBatchNorm(large)],
    ["v3.slim.large.macs", SLIM, "v3-large_224_1.0_float", "217", "million", large.macs],
    ["v3.t3.small.madds.latest", `${V3}, Table 3, latest version`, "V3-Small 1.0-224", "56", "million", small.macs],
    [
      "v3.t3.small.params.latest",
      `${V3}, Table 3, latest version`,
      "its parameters",
      "2.5",
      "million",
      withoutBatchNorm(small),
    ],
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
    ["v3.t3.large075.params", `${V3}, Table 3`, "its parameters", "4.0", "million", withoutBatchNorm(largeThin)],
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
      withoutBatchNorm(smallThin),
    ],
    ["v3.slim.largemin.macs", SLIM, "V3-Large minimalistic", "209", "million", largeMin.macs],
    ["v3.slim.largemin.params", SLIM, "its parameters", "3.9", "million", withoutBatchNorm(largeMin)],
    [
      "v3.slim.smallmin.macs",
      SLIM,
      "V3-Small minimalistic",
      "65",
      "million",
      smallMin.macs,
      "no counting rule gives it",
    ],
    ["v3.slim.smallmin.params", SLIM, "its parameters", "2.0", "million", withoutBatchNorm(smallMin)],
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

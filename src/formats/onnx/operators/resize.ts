/** @file Resize and its forerunner Upsample. */
import type { Coordinates, NearestRounding } from "../../../geometry/resample2d.ts";
import { asImages, image } from "../../importer/axes.ts";
import { constantInput, integersOf, optionalConstant, valueInput } from "../../importer/values.ts";
import { type Context, integerAttribute, type Operator } from "../operator.ts";

const COORDINATES: ReadonlyMap<string, Coordinates> = new Map([
  ["half_pixel", "half-pixel"],
  ["pytorch_half_pixel", "pytorch-half-pixel"],
  ["align_corners", "align-corners"],
  ["asymmetric", "asymmetric"],
]);

const ROUNDINGS: ReadonlyMap<string, NearestRounding> = new Map([
  ["round_prefer_floor", "round-prefer-floor"],
  ["round_prefer_ceil", "round-prefer-ceil"],
  ["floor", "floor"],
  ["ceil", "ceil"],
]);

const MODES = new Map([
  ["nearest", "nearest"],
  ["linear", "linear"],
  ["bilinear", "linear"],
] as const);

/** The value of a word's attribute in a table. */
function wordOf<T>(c: Context, name: string, byDefault: string, words: ReadonlyMap<string, T>): T {
  const word = c.node.attributes.get(name)?.s ?? byDefault;
  return words.get(word) ?? c.fail(`has the ${name} ${JSON.stringify(word)}, needs ${[...words.keys()].join(", ")}`);
}

/** Rows and columns of [n, c, h, w]: of sizes, or of scales; images and channels stay. */
function rowsAndColumns(
  c: Context,
  what: string,
  numbers: readonly number[],
  still: readonly number[],
): [number, number] {
  const four = numbers.length === 2 ? [...still, ...numbers] : numbers;
  if (four.length !== 4 || four[0] !== still[0] || four[1] !== still[1]) {
    c.fail(`has the ${what} ${numbers.join(", ")}, needs those of rows and columns alone`);
  }
  return [four[2], four[3]];
}

export const resize: Operator = {
  attributes: [
    ...["coordinate_transformation_mode", "mode", "nearest_mode"],
    ...["antialias", "axes", "cubic_coeff_a", "exclude_outside", "extrapolation_value", "keep_aspect_ratio_policy"],
  ],
  run: (c) => {
    const x = asImages(c, valueInput(c));
    if (integerAttribute(c, "antialias", 0) !== 0) c.fail("smooths (antialias 1), which is not supported");
    const mode = wordOf(c, "mode", "nearest", MODES);
    const [coordinates, rounding] =
      c.opset < 11
        ? (["asymmetric", "floor"] as const)
        : [
            wordOf(c, "coordinate_transformation_mode", "half_pixel", COORDINATES),
            wordOf(c, "nearest_mode", "round_prefer_floor", ROUNDINGS),
          ];
    const scaled = c.opset < 11 ? constantInput(c, 1, "scales") : optionalConstant(c, 2, "scales");
    const spec = { name: c.name, mode, coordinates, rounding };
    if (scaled !== null && scaled.data.length > 0) {
      return image(
        c,
        c.g.resample2d(x.name, { ...spec, scales: rowsAndColumns(c, "scales", [...scaled.data], [1, 1]) }),
      );
    }
    const policy = c.node.attributes.get("keep_aspect_ratio_policy")?.s ?? "stretch";
    if (policy !== "stretch") c.fail(`has the keep_aspect_ratio_policy ${JSON.stringify(policy)}, needs "stretch"`);
    const sizes = integersOf(constantInput(c, 3, "sizes"));
    return image(c, c.g.resample2d(x.name, { ...spec, sizes: rowsAndColumns(c, "sizes", sizes, x.shape.slice(0, 2)) }));
  },
};

export const upsample: Operator = {
  attributes: ["mode", "scales"],
  run: (c) => {
    const x = asImages(c, valueInput(c));
    const mode = wordOf(c, "mode", "nearest", MODES);
    const scales = c.node.attributes.get("scales")?.floats ?? [...constantInput(c, 1, "scales").data];
    const spec = { name: c.name, mode, coordinates: "asymmetric", rounding: "floor" } as const;
    return image(c, c.g.resample2d(x.name, { ...spec, scales: rowsAndColumns(c, "scales", scales, [1, 1]) }));
  },
};

/** @file Resize and its predecessor Upsample. */
import { COORDINATES, NEAREST_ROUNDINGS } from "../../../geometry/resample2d.ts";
import type { Shape } from "../../../tensor/shape.ts";
import { asImages, image } from "../../importer/axes.ts";
import { axesOf, constantInput, integersOf, optionalConstant, valueInput } from "../../importer/values.ts";
import { type Context, integerAttribute, integersAttribute, type Operator } from "../operator.ts";

/** Maps ONNX's words to ours: they differ only in underscores. */
function underscored<T extends string>(words: readonly T[]): ReadonlyMap<string, T> {
  return new Map(words.map((word) => [word.replaceAll("-", "_"), word]));
}

const [FORMS, ROUNDINGS] = [underscored(COORDINATES), underscored(NEAREST_ROUNDINGS)];

const MODES = new Map([
  ["nearest", "nearest"],
  ["linear", "linear"],
  ["bilinear", "linear"],
] as const);

/** Looks up the word of an attribute in a table. */
function wordOf<T>(c: Context, name: string, byDefault: string, words: ReadonlyMap<string, T>): T {
  const word = c.node.attributes.get(name)?.s ?? byDefault;
  return words.get(word) ?? c.fail(`has the ${name} ${JSON.stringify(word)}, needs ${[...words.keys()].join(", ")}`);
}

/** Reads rows and columns of [n, c, h, w] from sizes or scales for some or all axes; batch and channels must stay. */
function rowsAndColumns(c: Context, what: string, numbers: readonly number[], still: Shape): [number, number] {
  const axes = axesOf(c, integersAttribute(c, "axes") ?? [...still.keys()], still.length);
  const all = [...still];
  axes.forEach((axis, i) => {
    all[axis] = numbers[i];
  });
  if (numbers.length !== axes.length || all[0] !== still[0] || all[1] !== still[1]) {
    c.fail(`has the ${what} ${numbers.join(", ")}, needs those of rows and columns alone`);
  }
  return [all[2], all[3]];
}

/** Scales that leave an image unchanged. */
const SAME = [1, 1, 1, 1];

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
            wordOf(c, "coordinate_transformation_mode", "half_pixel", FORMS),
            wordOf(c, "nearest_mode", "round_prefer_floor", ROUNDINGS),
          ];
    const scaled = c.opset < 11 ? constantInput(c, 1, "scales") : optionalConstant(c, 2, "scales");
    const spec = { name: c.name, mode, coordinates, rounding };
    if (scaled !== null && scaled.data.length > 0) {
      const scales = rowsAndColumns(c, "scales", [...scaled.data], SAME);
      return image(c, c.g.resample2d(x.name, { ...spec, scales }));
    }
    const policy = c.node.attributes.get("keep_aspect_ratio_policy")?.s ?? "stretch";
    if (policy !== "stretch") c.fail(`has the keep_aspect_ratio_policy ${JSON.stringify(policy)}, needs "stretch"`);
    const sizes = rowsAndColumns(c, "sizes", integersOf(constantInput(c, 3, "sizes")), x.shape);
    return image(c, c.g.resample2d(x.name, { ...spec, sizes }));
  },
};

export const upsample: Operator = {
  attributes: ["mode", "scales"],
  run: (c) => {
    const x = asImages(c, valueInput(c));
    const mode = wordOf(c, "mode", "nearest", MODES);
    const scales = c.node.attributes.get("scales")?.floats ?? [...constantInput(c, 1, "scales").data];
    const spec = { name: c.name, mode, coordinates: "asymmetric", rounding: "floor" } as const;
    return image(c, c.g.resample2d(x.name, { ...spec, scales: rowsAndColumns(c, "scales", scales, SAME) }));
  },
};

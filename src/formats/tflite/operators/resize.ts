/** @file TensorFlow Lite's images of another size. */
import { asInFile } from "../../importer/axes.ts";
import { constantInput, integersOf, valueInput } from "../../importer/values.ts";
import { flagOption, type Operator, operator } from "../operator.ts";

/** @param first id of the option align_corners; half_pixel_centers follows */
function resize(mode: "linear" | "nearest", first: number): Operator {
  return operator((c) => {
    const x = asInFile(c, valueInput(c));
    const size = integersOf(constantInput(c, 1, "size"));
    if (size.length !== 2) c.fail(`has ${size.length} numbers as size, needs rows and columns`);
    const [isAligned, isHalf] = [flagOption(c, first), flagOption(c, first + 1)];
    const coordinates = isAligned ? "align-corners" : isHalf ? "half-pixel" : "asymmetric";
    const rounding = isAligned || isHalf ? "round-prefer-ceil" : "floor";
    const spec = { name: c.name, sizes: [size[0], size[1]] as const, mode, coordinates, rounding } as const;
    const name = c.g.resample2d(x.name, spec);
    return { name, shape: c.g.shapeOf(name), turned: false };
  });
}

export const resizeBilinear: Operator = resize("linear", 2);
export const resizeNearest: Operator = resize("nearest", 0);

/** @file TensorFlow Lite's operators that resize images. */
import { resized } from "../../importer/tensorflow/resize.ts";
import { flagOption, type Operator, operator } from "../operator.ts";

export const resizeBilinear: Operator = operator((c) => resized(c, "linear", flagOption(c, 2), flagOption(c, 3)));
export const resizeNearest: Operator = operator((c) => resized(c, "nearest", flagOption(c, 0), flagOption(c, 1)));

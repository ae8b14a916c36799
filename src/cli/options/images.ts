/** @file Options that determine how images become a network's input. */
import { NORMALIZATIONS, type Normalization } from "../../image/normalize.ts";
import { FITS, type Fit, type Preparation } from "../../image/prepare.ts";
import { UsageError } from "../usage.ts";
import { flag, type Option, parsed, type Values, word } from "./option.ts";

/** One number, or one per channel. */
type Numbers = number | readonly number[];

export const IMAGES: {
  readonly normalize: Option<Normalization | undefined>;
  readonly mean: Option<Numbers | undefined>;
  readonly scale: Option<Numbers | undefined>;
  readonly bgr: Option<boolean>;
  readonly fit: Option<Fit | undefined>;
} = {
  normalize: word(
    "SCHEME",
    NORMALIZATIONS,
    undefined,
    `${NORMALIZATIONS.join(", ")}; default: recorded in the file, else that of the library the weights come from`,
  ),
  mean: parsed(
    "N",
    "instead of a scheme: the grey level that maps to 0, or one per channel: 103.94,116.78,123.68",
    numbersIn,
  ),
  scale: parsed("N", "with --mean: factor for the difference, e.g. 0.017; default 1", numbersIn),
  bgr: flag("channels in the order blue, green, red, as in OpenCV and Caffe"),
  fit: word("FIT", FITS, undefined, `${FITS.join(", ")}; which part of the image is used; default: likewise`),
};

function numbersIn(typed: string): Numbers {
  const list = typed.split(",").map((one) => (one.trim() === "" ? Number.NaN : Number(one)));
  if (!list.every(Number.isFinite) || (list.length !== 1 && list.length !== 3)) {
    throw new Error("needs a number, or three such as 103.94,116.78,123.68");
  }
  return list.length === 1 ? list[0] : list;
}

/** The settings that the options choose; the file determines the rest. */
export function chosenPreparation(
  command: string,
  { normalize, mean, scale, bgr, fit }: Values<typeof IMAGES>,
): Partial<Preparation> {
  const isOwn = mean !== undefined || scale !== undefined;
  if (isOwn && normalize !== undefined) {
    throw new UsageError(
      `${command}: --normalize ${normalize} is a mean and a scale already, needs no --mean, --scale`,
    );
  }
  return {
    ...(normalize && { normalization: normalize }),
    ...(isOwn && { normalization: { mean: mean ?? 0, scale: scale ?? 1 } }),
    ...(bgr && { order: "bgr" }),
    ...(fit && { fit }),
  };
}

/** @file Models by name, as they are typed on the command line. */
import type { MobilenetV1Options } from "../models/mobilenetV1.ts";
import { UsageError } from "./command.ts";

/** For the help of commands that take a model. */
export const MODEL_HELP = `Models: mobilenet_v1[_ALPHA[_RESOLUTION]][_standard][_shallow]
  mobilenet_v1                   alpha 1.0, 224×224
  mobilenet_v1_0.25_128          published: alpha 1.0, 0.75, 0.5, 0.25; 224, 192, 160, 128
  mobilenet_v1_0.5_160x224       any alpha, any size (rows x columns)
  mobilenet_v1_1.0_224_standard  the twin made of standard convolutions
  mobilenet_v1_1.0_224_shallow   without the five blocks of 14×14×512`;

/** @throws UsageError for a name that is not a model's */
export function parseModel(command: string, name: string): MobilenetV1Options {
  const pattern = /^mobilenet_?v1(?:_(\d+(?:\.\d+)?)(?:_(\d+)(?:x(\d+))?)?)?(_standard)?(_shallow)?$/;
  const match = pattern.exec(name.toLowerCase().replaceAll("-", "_"));
  if (match === null) throw new UsageError(`${command}: there is no model ${JSON.stringify(name)}\n\n${MODEL_HELP}`);
  const [, alpha = "1", rows = "224", columns = rows, standard, shallow] = match;
  return {
    alpha: Number(alpha),
    resolution: [Number(rows), Number(columns)],
    convolution: standard ? "standard" : "separable",
    shallow: shallow !== undefined,
  };
}

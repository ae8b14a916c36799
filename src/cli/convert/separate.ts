/** @file `separable convert --separable`: a network made separable with its weights. */

import { toSeparable } from "../../graph/separable/toSeparable.ts";
import { inChannels } from "../../image/luma.ts";
import { preprocess } from "../../image/prepare.ts";
import { checkClassifier } from "../../image/recorded.ts";
import { concat } from "../../ops/rearrange.ts";
import type { ApproximationData } from "../../report/approximation.ts";
import { integer as withCommas } from "../../report/forms/numbers.ts";
import { compareOutputs, type OutputDistance, type WeightedNetwork } from "../../session/compareOutputs.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { readImage } from "../input/imageFile.ts";
import { imagesOf } from "../input/imageList.ts";
import type { Network } from "../input/network.ts";
import { flag, integer, number, type Option, text, type Values } from "../options/option.ts";
import { progress } from "../terminal/terminal.ts";
import { asTyped, UsageError } from "../usage.ts";

export const SEPARATION: {
  readonly separable: Option<boolean>;
  readonly multiplier: Option<number | undefined>;
  readonly energy: Option<number | undefined>;
  readonly macs: Option<number | undefined>;
  readonly layers: Option<string | undefined>;
  readonly images: Option<string | undefined>;
} = {
  separable: flag("makes standard convolutions depthwise-separable, with the nearest weights"),
  multiplier: integer("M", [1], undefined, "depthwise kernels per channel, default 1"),
  energy: number("SHARE", 0, undefined, "instead of M: what to keep of each filter, e.g. 0.9"),
  macs: number("N", 0, undefined, "instead of M: multiply-accumulates of the whole network, e.g. 1e9"),
  layers: text("NAMES", "which, separated by commas, or all; default all but those that read the image"),
  images: text("PATH", "a file or folder: measures how far outputs move"),
};

/** @throws UsageError for an option that is for --separable, without it */
export function checkSeparation(command: string, typed: ReadonlySet<string>): void {
  const other = Object.keys(SEPARATION).find((name) => name !== "separable" && typed.has(name));
  if (other !== undefined && !typed.has("separable")) throw new UsageError(`${command}: --${other} is for --separable`);
}

export interface Separated {
  readonly network: Network;
  readonly data: ApproximationData;
}

export async function separated(
  command: string,
  network: Network,
  { multiplier, energy, macs, layers, images }: Values<typeof SEPARATION>,
): Promise<Separated> {
  const paths = images === undefined ? [] : await imagesOf(command, [images]);
  if (paths.length > 0) checkClassifier(command, network.graph);
  const made = asTyped(command, SEPARATION, () =>
    toSeparable(network.graph, network.weights, {
      multiplier,
      energy,
      macs,
      layers: layers === undefined || layers === "all" ? layers : layers.split(","),
      onProgress: (done, of) => progress(`filters: ${withCommas(done)} of ${withCommas(of)} weights`),
    }),
  );
  progress("");
  const distances = paths.length > 0 ? await moved(network, made, paths) : undefined;
  const data = { model: network.graph.name, layers: made.layers, distances };
  return { network: { ...network, graph: made.graph, weights: made.weights }, data };
}

/** How far the replaced layers and the outputs moved. */
async function moved(
  network: Network,
  made: WeightedNetwork & Pick<ApproximationData, "layers">,
  paths: readonly string[],
): Promise<readonly OutputDistance[]> {
  const [, H, W, C] = network.graph.input.shape;
  const images: Tensor[] = [];
  for (const path of paths) {
    images.push(preprocess(inChannels(await readImage(path), C), [H, W], network.preparation));
  }
  const values = [...new Set([...made.layers.map(({ name }) => name), ...network.graph.outputs])];
  const onProgress = (done: number, of: number): void => progress(`images: ${done} of ${of}`);
  const distances = await compareOutputs(network, made, concat(images, 0), { values, onProgress });
  progress("");
  return distances;
}

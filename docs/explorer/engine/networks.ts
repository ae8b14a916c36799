/** @file The networks that the page can draw and run. */
import {
  fashionNet,
  type Graph,
  mobilenetV1,
  mobilenetV2,
  mobilenetV3Large,
  mobilenetV3Small,
  mobilenetV4,
} from "../../../src/index.ts";

const NETWORKS = {
  fashion: () => fashionNet(),
  "MobileNetV1 1.0": () => mobilenetV1(),
  "MobileNetV1 0.25": () => mobilenetV1({ alpha: 0.25 }),
  "MobileNetV2 1.0": () => mobilenetV2(),
  "MobileNetV2 0.35": () => mobilenetV2({ alpha: 0.35 }),
  "MobileNetV3 small": () => mobilenetV3Small(),
  "MobileNetV3 large": () => mobilenetV3Large(),
  "MobileNetV4 small": () => mobilenetV4({ size: "small" }),
  "MobileNetV4 medium": () => mobilenetV4({ size: "medium" }),
  "MobileNetV4 large": () => mobilenetV4({ size: "large" }),
} as const satisfies Readonly<Record<string, () => Graph>>;

export type NetworkName = keyof typeof NETWORKS;

export const NETWORK_NAMES: readonly NetworkName[] = Object.keys(NETWORKS) as NetworkName[];

export function graphNamed(name: string): Graph {
  return NETWORKS[name as NetworkName]();
}

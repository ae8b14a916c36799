/** @file Names of networks: mobilenet_v1_1.0_224, mobilenet_v3_small_0.75_160x224_minimalistic_torchvision, … */
import type { NetworkSettings } from "./settings.ts";

/**
 * @param alpha    null for a family that has none
 * @param variants words after the size; the preset follows them, unless it is the family's default
 */
export function nameOf(
  family: string,
  { input: [, H, W], preset, isOwnPreset }: NetworkSettings,
  alpha: number | null,
  ...variants: readonly string[]
): string {
  const width = alpha === null ? [] : [Number.isInteger(alpha) ? alpha.toFixed(1) : String(alpha)];
  const words = isOwnPreset ? variants : [...variants, preset];
  return [family, ...width, H === W ? `${H}` : `${H}x${W}`, ...words].join("_");
}

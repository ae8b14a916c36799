/**
 * @file Targets of a training: the probabilities that an image should get. Label smoothing (C. Szegedy et al., arXiv
 * 1512.00567) gives every class a share.
 */

/** Writes smoothing / C for every class, and adds 1 - smoothing for the label. */
export function writeTarget(targets: Float32Array, row: number, C: number, label: number, smoothing: number): void {
  targets.fill(smoothing / C, row * C, (row + 1) * C);
  targets[row * C + label] += 1 - smoothing;
}

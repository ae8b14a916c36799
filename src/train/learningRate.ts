/**
 * @file The learning rate during training: a linear warm-up, since the first steps are erratic, then half a cosine down
 * to 0. Source: I. Loshchilov, F. Hutter, arXiv 1608.03983, without restarts; P. Goyal et al., arXiv 1706.02677, for
 * the warm-up.
 *
 *   rate(t) = peak · (t + 1) / warmup                                 for t < warmup
 *   rate(t) = peak · (1 + cos(π · (t - warmup) / (steps - warmup))) / 2   otherwise
 */
export function learningRateAt(step: number, steps: number, peak: number, warmupSteps: number): number {
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  return (peak * (1 + Math.cos((Math.PI * (step - warmupSteps)) / Math.max(1, steps - warmupSteps)))) / 2;
}

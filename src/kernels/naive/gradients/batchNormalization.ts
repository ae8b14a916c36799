/**
 * @file Naive batch normalisation in training, and its gradient. Source: S. Ioffe, C. Szegedy, arXiv 1502.03167.
 *
 * With M rows (images times pixels), for every row i and channel c:
 *
 *   μ[c] = Σ i x[i, c] / M      σ²[c] = Σ i (x[i, c] - μ[c])² / M      x̂ = (x - μ) / √(σ² + ε)      y = x̂ · γ + β
 *
 * x affects the loss directly, through μ and through σ². With dL/dx̂ = γ · dy the three parts add up to
 *
 *   dγ = Σ i dy · x̂       dβ = Σ i dy       dx = γ / √(σ² + ε) · ( dy - dβ / M - x̂ · dγ / M )
 *
 * that is, γ · dy / √(σ² + ε) minus its mean and its component along x̂, since neither changes x̂.
 */
import type { Tensor } from "../../../tensor/tensor.ts";

/**
 * Mean and variance of each channel, in float64, each rounded once.
 *
 * @param x       […, C], contiguous
 * @param moments [2, C]: μ, then σ²; every element is written
 */
export function moments(x: Tensor, moments: Tensor): void {
  const C = moments.shape[1];
  const M = x.size / C;
  for (let c = 0; c < C; c++) {
    let sum = 0;
    for (let i = 0; i < M; i++) sum += x.data[x.offset + i * C + c];
    const mean = sum / M;
    let squares = 0;
    for (let i = 0; i < M; i++) squares += (x.data[x.offset + i * C + c] - mean) ** 2;
    moments.data[moments.offset + c] = mean;
    moments.data[moments.offset + C + c] = squares / M;
  }
}

/**
 * y = (x - μ) / √(σ² + ε) · γ + β
 *
 * @param x    […, C], contiguous
 * @param m    [2, C]: μ, then σ²
 * @param γ, β [C]
 * @param y    […, C], contiguous; every element is written
 */
export function normalize(epsilon: number, x: Tensor, m: Tensor, γ: Tensor, β: Tensor, y: Tensor): void {
  const [, C] = m.shape;
  for (let c = 0; c < C; c++) {
    const mean = m.data[m.offset + c];
    const deviation = Math.sqrt(m.data[m.offset + C + c] + epsilon);
    const [scale, bias] = [γ.data[γ.offset + c * γ.strides[0]], β.data[β.offset + c * β.strides[0]]];
    for (let i = c; i < x.size; i += C) {
      y.data[y.offset + i] = ((x.data[x.offset + i] - mean) / deviation) * scale + bias;
    }
  }
}

/**
 * The gradients of γ and β.
 *
 * @param x, dy […, C], contiguous
 * @param m     [2, C], of x
 * @param sums  [2, C]: dγ, then dβ; every element is written
 */
export function normalizeParameters(epsilon: number, x: Tensor, m: Tensor, dy: Tensor, sums: Tensor): void {
  const C = m.shape[1];
  for (let c = 0; c < C; c++) {
    const mean = m.data[m.offset + c];
    const deviation = Math.sqrt(m.data[m.offset + C + c] + epsilon);
    let [scale, bias] = [0, 0];
    for (let i = c; i < x.size; i += C) {
      const slope = dy.data[dy.offset + i];
      scale += (slope * (x.data[x.offset + i] - mean)) / deviation;
      bias += slope;
    }
    sums.data[sums.offset + c] = scale;
    sums.data[sums.offset + C + c] = bias;
  }
}

/**
 * The gradient of x.
 *
 * @param γ    [C]
 * @param sums [2, C], from {@link normalizeParameters}
 * @param dx   […, C], contiguous; every element is written
 */
export function normalizeInput(
  epsilon: number,
  x: Tensor,
  m: Tensor,
  γ: Tensor,
  sums: Tensor,
  dy: Tensor,
  dx: Tensor,
): void {
  const C = m.shape[1];
  const M = x.size / C;
  for (let c = 0; c < C; c++) {
    const mean = m.data[m.offset + c];
    const deviation = Math.sqrt(m.data[m.offset + C + c] + epsilon);
    const [scale, bias] = [sums.data[sums.offset + c], sums.data[sums.offset + C + c]];
    for (let i = c; i < x.size; i += C) {
      const normal = (x.data[x.offset + i] - mean) / deviation;
      const rest = dy.data[dy.offset + i] - bias / M - (normal * scale) / M;
      dx.data[dx.offset + i] = (γ.data[γ.offset + c * γ.strides[0]] * rest) / deviation;
    }
  }
}

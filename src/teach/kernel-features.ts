/**
 * Vectors whose inner products are a Gaussian kernel, k(x, y) = exp(−‖x − y‖² / (2 m)) with the median squared distance m of
 * the support, at points of the support (Nyström's approximation; Williams and Seeger, 2001): φ(x) = L⁻¹ k(x, S) for
 * K = L Lᵀ over at most 256 support points S, so that φ(x) · φ(y) = k(x, y) for x and y in S. A linear head on φ is one that
 * bends with the data.
 */

import { cholesky } from "./cholesky.js";

const MOST = 256;
/** Added to K's diagonal, for points that are equal. */
const JITTER = 1e-6;

/** Map vectors of the length of `points` to kernel features. */
export type KernelFeatures = (x: Float32Array) => Float32Array;

/** The features of a support of at least one point. */
export function kernelFeatures(points: readonly Float32Array[]): KernelFeatures {
  const step = Math.max(1, points.length / MOST);
  const chosen = Array.from(
    { length: Math.min(MOST, points.length) },
    (_, i) => points[Math.floor(i * step)],
  );
  const n = chosen.length;
  const distances: number[] = [];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) distances.push(squaredDistance(chosen[i], chosen[j]));
  const median = distances.sort((a, b) => a - b)[distances.length >> 1] || 1;
  const kernel = (x: Float32Array, y: Float32Array) => Math.exp(-squaredDistance(x, y) / (2 * median));
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) matrix[i * n + j] = kernel(chosen[i], chosen[j]) + (i === j ? JITTER : 0);
  const lower = cholesky(matrix, n);
  return (x) => {
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let rest = kernel(x, chosen[i]);
      for (let k = 0; k < i; k++) rest -= lower[i * n + k] * out[k];
      out[i] = rest / lower[i * n + i];
    }
    return Float32Array.from(out);
  };
}

function squaredDistance(x: Float32Array, y: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += (x[k] - y[k]) ** 2;
  return sum;
}

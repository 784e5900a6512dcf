/** Fits constants to vectors of the built-in encoders: those by which they are standardised, and moments. */

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Population } from "../../../src/modality/builtin/population.js";

export interface Projection {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  /** The principal components of standardised vectors scaled to length 1, `[length, width]`. */
  readonly components?: Float32Array;
}

/** Least deviation of a dimension, of the root mean square over dimensions: nearly constant dimensions stay small. */
const LEAST = 0.1;

/**
 * Fit a projection to vectors of several data sets, each of which weighs the same. `width` is the number of components;
 * without it there are none.
 */
export function fitProjection(sets: readonly (readonly Float32Array[])[], width?: number): Projection {
  const [[{ length }]] = sets;
  const average = (of: (vector: Float32Array, k: number) => number): Float64Array => {
    const out = new Float64Array(length);
    for (const set of sets)
      for (const vector of set)
        for (let k = 0; k < length; k++) out[k] += of(vector, k) / (set.length * sets.length);
    return out;
  };
  const mean = average((vector, k) => vector[k]);
  const variance = average((vector, k) => (vector[k] - mean[k]) ** 2);
  const least = LEAST * Math.sqrt(variance.reduce((sum, v) => sum + v, 0) / length);
  const deviation = variance.map((v) => Math.max(Math.sqrt(v), least));
  const constants = { mean: Float32Array.from(mean), deviation: Float32Array.from(deviation) };
  if (width === undefined) return constants;
  const moments = new Float64Array(length * length);
  for (const set of sets)
    for (const vector of set) {
      const z = Float64Array.from(vector, (x, k) => (x - mean[k]) / deviation[k]);
      const weight = 1 / (z.reduce((sum, x) => sum + x * x, 0) * set.length);
      for (let i = 0; i < length; i++) {
        const x = weight * z[i];
        for (let k = 0; k <= i; k++) moments[i * length + k] += x * z[k];
      }
    }
  return { ...constants, components: principalComponents(moments, length, width).components };
}

/** Mean and covariance L Lᵀ + r I of vectors, with L `[length, rank]` (src/modality/builtin/population.ts). */
export function fitPopulation(vectors: readonly Float32Array[], rank: number): Population {
  const [{ length }] = vectors;
  const mean = new Float64Array(length);
  for (const vector of vectors) for (let k = 0; k < length; k++) mean[k] += vector[k] / vectors.length;
  const covariance = new Float64Array(length * length);
  for (const vector of vectors)
    for (let i = 0; i < length; i++) {
      const x = (vector[i] - mean[i]) / vectors.length;
      for (let k = 0; k <= i; k++) covariance[i * length + k] += x * (vector[k] - mean[k]);
    }
  const { components, eigenvalues } = principalComponents(covariance, length, rank);
  const rest = eigenvalues.slice(rank);
  const residual = rest.reduce((sum, value) => sum + value, 0) / rest.length;
  const data = components.map((x, at) => x * Math.sqrt(eigenvalues[at % rank] - residual));
  return { mean: Float32Array.from(mean), factor: { data, rank }, residual };
}

/** All eigenvalues of a matrix given by its lower triangle, the largest first, and eigenvectors `[length, width]` of the first. */
function principalComponents(lower: Float64Array, length: number, width: number) {
  const matrix = new Matrix(length, length);
  for (let i = 0; i < length; i++)
    for (let k = 0; k <= i; k++) {
      matrix.set(i, k, lower[i * length + k]);
      matrix.set(k, i, lower[i * length + k]);
    }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const order = [...realEigenvalues.keys()].sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const components = new Float32Array(length * width);
  for (let i = 0; i < length; i++)
    for (let c = 0; c < width; c++) components[i * width + c] = eigenvectorMatrix.get(i, order[c]);
  return { components, eigenvalues: order.map((c) => realEigenvalues[c]) };
}

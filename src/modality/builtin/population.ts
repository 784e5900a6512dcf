/**
 * Moments of the vectors, of length 1, that a built-in encoder has for the values it was fitted to: their mean μ and their
 * covariance Σ = L Lᵀ + r I. The inner product of a vector x with another of the population has mean μ · x and variance
 * xᵀ Σ x. They are constants of the package (`encoders/population.safetensors`), of the network of strokes only.
 */

import { decodeSafetensors } from "../../base/safetensors.js";
import type { ModalityKind } from "../modality.js";
import { hasEncoder, readEncoder } from "./files.js";

export const POPULATION_FILE = "population.safetensors";
/** The kinds whose encoders have moments. */
export const populationKinds: ReadonlySet<ModalityKind> = new Set<ModalityKind>(["strokes"]);

export interface Population {
  /** μ `[width]`. */
  readonly mean: Float32Array;
  /** L `[width, rank]`. */
  readonly factor: { readonly data: Float32Array; readonly rank: number };
  /** r. */
  readonly residual: number;
}

let opened: Promise<ReadonlyMap<string, Population>> | undefined;

/** The moments by `kind/encoder`, read once; of encoders of some kinds only, and none if this build leaves the file out. */
export async function populations(kinds: readonly ModalityKind[]): Promise<ReadonlyMap<string, Population>> {
  if (!hasEncoder(POPULATION_FILE) || !kinds.some((kind) => populationKinds.has(kind))) return new Map();
  opened ??= readPopulations();
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

async function readPopulations(): Promise<ReadonlyMap<string, Population>> {
  const { arrays } = decodeSafetensors(await readEncoder(POPULATION_FILE), POPULATION_FILE);
  const names = Object.keys(arrays).filter((name) => name.endsWith("/mean"));
  return new Map(
    names.map((name): [string, Population] => {
      const encoder = name.slice(0, -"/mean".length);
      const numbers = (part: string) => arrays[`${encoder}/${part}`].data as Float32Array;
      const [, rank] = arrays[`${encoder}/factor`].shape;
      const factor = { data: numbers("factor"), rank };
      return [encoder, { mean: numbers("mean"), factor, residual: numbers("residual")[0] }];
    }),
  );
}

/** Mean and standard deviation of the inner products of a vector of length 1 with those of a population. */
export function momentsOf(x: ArrayLike<number>, { mean, factor, residual }: Population) {
  const { data, rank } = factor;
  const projected = new Float64Array(rank);
  let inner = 0;
  let squares = 0;
  for (let k = 0; k < mean.length; k++) {
    inner += x[k] * mean[k];
    squares += x[k] * x[k];
    for (let r = 0; r < rank; r++) projected[r] += x[k] * data[k * rank + r];
  }
  const variance = projected.reduce((sum, y) => sum + y * y, residual * squares);
  return { mean: inner, deviation: Math.sqrt(variance) };
}

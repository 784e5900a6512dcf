/**
 * Standardisation of built-in encoders' vectors: z = unit((x − mean) / deviation) and, for encoders with components C, unit(z C).
 * Mean, deviation and the principal components are constants of the package (`encoders/projection.safetensors`);
 * encoders/README.md names the data that they were fitted to. An encoder without constants is only scaled to length 1.
 */

import { decodeSafetensors } from "../../base/safetensors.js";
import { encoderDigest, readEncoder } from "./files.js";

export const PROJECTION_FILE = "projection.safetensors";

/** The constants of an encoder. */
export interface Constants {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  /** C `[length, width]`. */
  readonly components?: { readonly data: Float32Array; readonly width: number };
}

let opened: Promise<ReadonlyMap<string, Constants>> | undefined;

/** The constants of the package by `kind/encoder`, read once. */
export async function projections(): Promise<ReadonlyMap<string, Constants>> {
  // A page may have the file later.
  if (encoderDigest(PROJECTION_FILE) === undefined) return new Map();
  opened ??= readProjections();
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

async function readProjections(): Promise<ReadonlyMap<string, Constants>> {
  const { arrays } = decodeSafetensors(await readEncoder(PROJECTION_FILE), PROJECTION_FILE);
  const names = Object.keys(arrays).filter((name) => name.endsWith("/mean"));
  return new Map(
    names.map((name): [string, Constants] => {
      const encoder = name.slice(0, -"/mean".length);
      const numbers = (part: string) => arrays[`${encoder}/${part}`].data as Float32Array;
      const components = arrays[`${encoder}/components`];
      return [
        encoder,
        {
          mean: numbers("mean"),
          deviation: numbers("deviation"),
          ...(components && { components: { data: numbers("components"), width: components.shape[1] } }),
        },
      ];
    }),
  );
}

/** The vector of length 1 that the base model uses in place of an encoder's vector. */
export function projected(vector: Float32Array, constants: Constants | undefined): Float32Array {
  if (!constants) return unit(Float32Array.from(vector));
  const { mean, deviation, components } = constants;
  const z = unit(vector.map((x, k) => (x - mean[k]) / deviation[k]));
  if (!components) return z;
  const { data, width } = components;
  const sums = new Float64Array(width);
  for (let k = 0; k < z.length; k++) {
    const x = z[k];
    for (let c = 0; c < width; c++) sums[c] += x * data[k * width + c];
  }
  return unit(Float32Array.from(sums));
}

/** Scale to length 1 in place; a vector of zeros stays. */
function unit(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const x of vector) squares += x * x;
  const length = Math.sqrt(squares) || 1;
  for (let k = 0; k < vector.length; k++) vector[k] /= length;
  return vector;
}

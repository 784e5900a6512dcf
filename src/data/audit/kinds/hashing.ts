/** Named features in few dimensions: each is added to one, with a sign, by its hash (Weinberger et al., 2009). */

import { fnv1a } from "../../../base/hash.js";

/** A hash whose every bit depends on the whole text, as FNV-1a's lowest do not: mixed as MurmurHash3 is at its end. */
function hash(text: string): number {
  let h = fnv1a(text);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Add a feature of that name and weight to `out`. */
export function addHashed(out: Float32Array, name: string, weight: number): void {
  const h = hash(name);
  out[h % out.length] += h >>> 31 ? weight : -weight;
}

/** Feature hashing: each named feature is added, with a sign, to the dimension of its hash (Weinberger et al., 2009). */

import { fnv1a } from "../../../base/hash.js";

/** FNV-1a with MurmurHash3's finaliser: every bit depends on the whole text, unlike the lowest bits of FNV-1a. */
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

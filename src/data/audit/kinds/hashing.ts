/** Named features in few dimensions: each is added to one, with a sign, by its hash (Weinberger et al., 2009). */

/** FNV-1a, its bits mixed as MurmurHash3 does at its end. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Add a feature of that name and weight to `out`. */
export function addHashed(out: Float32Array, name: string, weight: number): void {
  const h = hash(name);
  out[h % out.length] += h >>> 31 ? weight : -weight;
}

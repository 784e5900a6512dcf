/** FNV-1a (Fowler, Noll, Vo, 1991), 32 bits, over code points instead of bytes. */

/** A whole number from 0 to 2³² − 1, the same for the same text everywhere. */
export function fnv1a(text: string): number {
  let h = 0x811c9dc5;
  for (const char of text) h = Math.imul(h ^ char.codePointAt(0)!, 0x01000193) >>> 0;
  return h;
}

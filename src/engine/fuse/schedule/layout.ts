/** Memory layout: an address for each stored tensor. Tensors that are never needed at the same time share memory. */

export interface Span {
  readonly name: string;
  readonly bytes: number;
  /** The first and the last step that need it. */
  readonly first: number;
  readonly last: number;
}

/** Bytes that vectors may read past the end of an array. */
const SLACK = 32;
/** Addresses are multiples of this. */
const ALIGNMENT = 64;

/** Addresses of all spans and the size of the memory in bytes: the largest first, each at the lowest free address. */
export function layOut(spans: readonly Span[]): { addresses: Map<string, number>; bytes: number } {
  const addresses = new Map<string, number>();
  const placed: (Span & { start: number; end: number })[] = [];
  let bytes = ALIGNMENT;
  const bySize = [...spans].sort((a, b) => b.bytes - a.bytes || a.first - b.first);
  for (const span of bySize) {
    const size = Math.ceil((span.bytes + SLACK) / ALIGNMENT) * ALIGNMENT;
    let start = ALIGNMENT;
    for (const other of placed) {
      if (other.first > span.last || span.first > other.last) continue;
      if (other.start >= start + size) break;
      start = Math.max(start, other.end);
    }
    const end = start + size;
    const at = placed.findIndex((other) => other.start > start);
    placed.splice(at < 0 ? placed.length : at, 0, { ...span, start, end });
    addresses.set(span.name, start);
    bytes = Math.max(bytes, end);
  }
  return { addresses, bytes };
}

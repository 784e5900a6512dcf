/** How values of a kind are compared in an audit. */

/** One kind's way; a value is `Kept` in a small form once it has been read. */
export interface Comparer<Kept = unknown> {
  /** Read and decode a value whole; an `InputError` that starts with `where` for a damaged one. */
  read(value: unknown, where: string): Promise<Kept>;
  /** What is the same of values that are the same. */
  content(kept: Kept): Uint8Array | string;
  /** Features of each value, to find neighbours and to judge labels by: float32 `[values, width]`. */
  features(kept: readonly Kept[]): { data: Float32Array; width: number };
  /** From 0, the same, up. */
  distance(a: Kept, b: Kept): number;
  /** Below this distance, two values are nearly the same. */
  readonly near: number;
}

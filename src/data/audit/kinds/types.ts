/** The interface by which an audit compares the values of a kind. */

/** The comparer of one kind. `Kept` is the compact form of a value after reading. */
export interface Comparer<Kept = unknown> {
  /** Read and decode a value completely. @throws {InputError} which starts with `where`, for a damaged one */
  read(value: unknown, where: string): Promise<Kept>;
  /** Content that is equal for equal values. */
  content(kept: Kept): Uint8Array | string;
  /** Features of each value, for neighbours and label scores: float32 `[values, width]`. */
  features(kept: readonly Kept[]): { data: Float32Array; width: number };
  /** Distance of two values; 0 for equal ones. */
  distance(a: Kept, b: Kept): number;
  /** Distance below which two values are nearly equal. */
  readonly near: number;
}

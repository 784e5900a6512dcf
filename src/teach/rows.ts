/** Linear combinations of rows, four at a time so that each number written takes part in several products. */

/** Factors of rows: row k of `from` to `to` has `sign · factors[start + k · stride]`. */
export interface Combination {
  readonly factors: Float64Array | Float32Array;
  readonly start: number;
  readonly stride: number;
  readonly from: number;
  readonly to: number;
  readonly sign: 1 | -1;
}

/** Add Σ_k f_k rows_k, of rows `[·, m]`, to the `m` numbers of `out` from `at` on. */
export function addCombination(
  out: Float64Array,
  at: number,
  m: number,
  rows: Float64Array,
  { factors, start, stride, from, to, sign }: Combination,
): void {
  for (let k = from; k < to; k += 4) {
    // A row beyond the last repeats it with a factor of 0.
    const last = to - 1;
    const f0 = sign * factors[start + k * stride];
    const f1 = k + 1 < to ? sign * factors[start + (k + 1) * stride] : 0;
    const f2 = k + 2 < to ? sign * factors[start + (k + 2) * stride] : 0;
    const f3 = k + 3 < to ? sign * factors[start + (k + 3) * stride] : 0;
    if (f0 === 0 && f1 === 0 && f2 === 0 && f3 === 0) continue;
    const r0 = k * m;
    const r1 = Math.min(k + 1, last) * m;
    const r2 = Math.min(k + 2, last) * m;
    const r3 = Math.min(k + 3, last) * m;
    for (let c = 0; c < m; c++)
      out[at + c] += f0 * rows[r0 + c] + f1 * rows[r1 + c] + (f2 * rows[r2 + c] + f3 * rows[r3 + c]);
  }
}

/** Inner products and linear combinations of rows, several at a time so that each number read takes part in several products. */

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

/** X Xᵀ `[n, n]` of rows `[n, d]`. Blocks of 4 × 2 inner products read each row less often. */
export function gramOfRows(x: Float64Array, n: number, d: number): Float64Array {
  const out = new Float64Array(n * n);
  const last = n - 1;
  for (let i = 0; i < n; i += 4)
    for (let j = 0; j < Math.min(i + 4, n); j += 2) {
      // A row beyond the last repeats it, and is computed again to the same numbers.
      const [i1, i2, i3] = [Math.min(i + 1, last), Math.min(i + 2, last), Math.min(i + 3, last)];
      const j1 = Math.min(j + 1, last);
      const [a, b, c, e] = [i * d, i1 * d, i2 * d, i3 * d];
      const [u, v] = [j * d, j1 * d];
      let [au, bu, cu, eu, av, bv, cv, ev] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let k = 0; k < d; k++) {
        const xu = x[u + k];
        const xv = x[v + k];
        const xa = x[a + k];
        const xb = x[b + k];
        const xc = x[c + k];
        const xe = x[e + k];
        au += xa * xu;
        av += xa * xv;
        bu += xb * xu;
        bv += xb * xv;
        cu += xc * xu;
        cv += xc * xv;
        eu += xe * xu;
        ev += xe * xv;
      }
      out[i * n + j] = au;
      out[i1 * n + j] = bu;
      out[i2 * n + j] = cu;
      out[i3 * n + j] = eu;
      out[i * n + j1] = av;
      out[i1 * n + j1] = bv;
      out[i2 * n + j1] = cv;
      out[i3 * n + j1] = ev;
    }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) out[j * n + i] = out[i * n + j];
  return out;
}

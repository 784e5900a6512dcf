/** Solves symmetric positive definite systems in float64, by Cholesky factorisation A = L Lᵀ. */

/**
 * The lower triangular L `[n, n]` of A = L Lᵀ, row-major; A's lower triangle is read. Entries above the diagonal are 0.
 * The inner products are unrolled, since they are nearly all of the time.
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      const rest = matrix[row + j] - product(lower, row, j * n, j);
      lower[row + j] = i === j ? Math.sqrt(Math.max(rest, 1e-12)) : rest / lower[j * n + j];
    }
  }
  return lower;
}

/** Σ_k a[x + k] a[y + k] over `length` elements. */
function product(a: Float64Array, x: number, y: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < length; k += 4) {
    s0 += a[x + k] * a[y + k];
    s1 += a[x + k + 1] * a[y + k + 1];
    s2 += a[x + k + 2] * a[y + k + 2];
    s3 += a[x + k + 3] * a[y + k + 3];
  }
  for (; k < length; k++) s0 += a[x + k] * a[y + k];
  return s0 + s1 + (s2 + s3);
}

/** L⁻¹ `[n, n]`, lower triangular. Its transpose is stored, so that sums run along rows: element (j, i) is (L⁻¹)_ij. */
export function inverseTransposed(lower: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const row = j * n;
    out[row + j] = 1 / lower[row + j];
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum += lower[i * n + k] * out[row + k];
      out[row + i] = -sum / lower[i * n + i];
    }
  }
  return out;
}

/** A⁻¹ Y for A = L Lᵀ and Y `[n, m]`, row-major. */
export function solve(lower: Float64Array, n: number, right: Float64Array, m: number): Float64Array {
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      const factor = lower[i * n + k];
      if (factor !== 0) for (let c = 0; c < m; c++) x[i * m + c] -= factor * x[k * m + c];
    }
    for (let c = 0; c < m; c++) x[i * m + c] /= lower[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let c = 0; c < m; c++) x[i * m + c] /= lower[i * n + i];
    for (let k = 0; k < i; k++) {
      const factor = lower[i * n + k];
      if (factor !== 0) for (let c = 0; c < m; c++) x[k * m + c] -= factor * x[i * m + c];
    }
  }
  return x;
}

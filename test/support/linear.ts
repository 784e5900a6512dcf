/** Linear algebra in float64 on number arrays, the reference for closed-form solutions. */

/** Solve a · x = b for x [n, m], row-major, by Gaussian elimination with partial pivoting. */
export function directSolve(a: readonly number[], b: readonly number[], n: number): number[] {
  const m = b.length / n;
  const rows = Array.from({ length: n }, (_, i) => [
    ...a.slice(i * n, (i + 1) * n),
    ...b.slice(i * m, (i + 1) * m),
  ]);
  for (let k = 0; k < n; k++) {
    const best = rows.reduce(
      (top, row, i) => (i >= k && Math.abs(row[k]) > Math.abs(rows[top][k]) ? i : top),
      k,
    );
    [rows[k], rows[best]] = [rows[best], rows[k]];
    const pivot = rows[k].map((x) => x / rows[k][k]);
    rows[k] = pivot;
    for (const [i, row] of rows.entries()) if (i !== k) rows[i] = row.map((x, j) => x - row[k] * pivot[j]);
  }
  return rows.flatMap((row) => row.slice(n));
}

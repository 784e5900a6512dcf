/**
 * The discrete Fourier transform of a power-of-two number of samples, in place (Cooley and Tukey, 1965).
 *
 * Implemented here, since a spectrogram needs only this, and the packages that offer it are no longer maintained.
 */

/** e^(−2πi·k / N) for k below N / 2, of the last N. */
let twiddles = { count: 0, cos: new Float64Array(0), sin: new Float64Array(0) };

function twiddlesOf(count: number) {
  if (twiddles.count !== count) {
    const angles = Float64Array.from({ length: count >> 1 }, (_, k) => (-Math.PI * k) / (count >> 1));
    twiddles = { count, cos: angles.map(Math.cos), sin: angles.map(Math.sin) };
  }
  return twiddles;
}

/** X_k = Σ_n x_n · e^(−2πi·kn / N), of `re` + i·`im`, arrays of a power-of-two length N. */
export function fourier(re: Float64Array, im: Float64Array): void {
  const count = re.length;
  const { cos: cosines, sin: sines } = twiddlesOf(count);
  for (let i = 1, j = 0; i < count; i++) {
    let bit = count >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    swap(re, i, j);
    swap(im, i, j);
  }
  for (let half = 1; half < count; half *= 2) {
    const step = (count >> 1) / half;
    for (let start = 0; start < count; start += 2 * half)
      for (let k = 0; k < half; k++) {
        const cos = cosines[k * step];
        const sin = sines[k * step];
        const a = start + k;
        const b = a + half;
        const real = re[b] * cos - im[b] * sin;
        const imaginary = re[b] * sin + im[b] * cos;
        re[b] = re[a] - real;
        im[b] = im[a] - imaginary;
        re[a] += real;
        im[a] += imaginary;
      }
  }
}

function swap(array: Float64Array, i: number, j: number): void {
  const value = array[i];
  array[i] = array[j];
  array[j] = value;
}

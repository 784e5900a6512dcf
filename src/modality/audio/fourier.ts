/**
 * The discrete Fourier transform of a power-of-two number of samples, in place (Cooley and Tukey, 1965).
 *
 * Implemented here, since a spectrogram needs only this, and the packages that offer it are no longer maintained.
 */

/** X_k = Σ_n x_n · e^(−2πi·kn / N), of `re` + i·`im`, arrays of a power-of-two length N. */
export function fourier(re: Float64Array, im: Float64Array): void {
  const count = re.length;
  for (let i = 1, j = 0; i < count; i++) {
    let bit = count >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [re[i], re[j]] = [re[j], re[i]];
    [im[i], im[j]] = [im[j], im[i]];
  }
  for (let half = 1; half < count; half *= 2)
    for (let k = 0; k < half; k++) {
      const angle = (-Math.PI * k) / half;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      for (let a = k; a < count; a += 2 * half) {
        const b = a + half;
        const [real, imaginary] = [re[b] * cos - im[b] * sin, re[b] * sin + im[b] * cos];
        re[b] = re[a] - real;
        im[b] = im[a] - imaginary;
        re[a] += real;
        im[a] += imaginary;
      }
    }
}

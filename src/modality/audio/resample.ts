/**
 * Changing the rate of sound by a windowed sinc (Smith and Gossett, 1984): y(t) = Σ_n x_n · h(t − n), h the ideal low-pass
 * of the lower of the two rates, under a Hann window of 16 zero crossings to each side.
 *
 * Written here because the packages that offer it either alias or bring a WebAssembly build of their own.
 */

const CROSSINGS = 16;

/** Mono samples at `from` a second as samples at `to` a second. */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  // Cut a little below the lower Nyquist frequency, where the window has fallen off.
  const cutoff = 0.95 * Math.min(1, to / from);
  const reach = CROSSINGS / cutoff;
  const out = new Float32Array(Math.max(1, Math.round((samples.length * to) / from)));
  for (let i = 0; i < out.length; i++) {
    const at = (i * from) / to;
    const first = Math.max(0, Math.ceil(at - reach));
    const last = Math.min(samples.length - 1, Math.floor(at + reach));
    let sum = 0;
    for (let n = first; n <= last; n++) {
      const x = at - n;
      sum += samples[n] * cutoff * sinc(cutoff * x) * Math.cos((Math.PI * x) / (2 * reach)) ** 2;
    }
    out[i] = sum;
  }
  return out;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/**
 * Resamples audio with a windowed sinc (Smith and Gossett, 1984): y(t) = Σ_n x_n · h(t − n), with the ideal low-pass filter h
 * of the lower of the two rates, under a Hann window of 16 zero crossings on each side.
 *
 * Implemented here, since the packages that offer it either alias or bring their own WebAssembly build.
 */

const CROSSINGS = 16;

/** Resample mono samples from the rate `from` to the rate `to`, in samples per second. */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  // Slightly below the lower Nyquist frequency, for the roll-off of the window.
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

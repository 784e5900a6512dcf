/**
 * Resamples audio with a windowed sinc (Smith and Gossett, 1984): y(t) = Σ_n x_n · h(t − n), with the ideal low-pass filter h
 * of 0.95 times the lower of the two Nyquist frequencies, under a Hann window of 16 zero crossings on each side. Samples
 * outside the clip are zeros.
 *
 * With whole-number rates in the ratio L / M in lowest terms, t takes L distinct fractions, so the filter is computed once
 * for each of these.
 *
 * Implemented here, since the packages that offer it either alias or bring their own WebAssembly build.
 */

const CROSSINGS = 16;
/** Cutoff as a fraction of the lower Nyquist frequency: room for the roll-off of the window. */
const ROLL_OFF = 0.95;
/** Largest L for which filters are stored. */
const MAX_PHASES = 4096;

/** The filter of one fraction of a sample: `taps[k]` belongs to the input at ⌊t⌋ + `first` + k. */
interface Phase {
  readonly first: number;
  readonly taps: Float64Array;
}

/** Resample mono samples from the rate `from` to the rate `to`, in samples per second. */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const filter = filterOf(from, to);
  const out = new Float32Array(Math.max(1, Math.round((samples.length * to) / from)));
  const divisor = Number.isInteger(from) && Number.isInteger(to) ? greatestDivisor(from, to) : 0;
  const [up, down] = [to / divisor, from / divisor];
  if (divisor > 0 && up <= MAX_PHASES) {
    const phases = phasesOf(filter, from, to, up, down);
    for (let i = 0; i < out.length; i++)
      out[i] = filtered(samples, phases[i % up], Math.floor((i * down) / up));
  } else
    for (let i = 0; i < out.length; i++) {
      const at = (i * from) / to;
      const whole = Math.floor(at);
      out[i] = filtered(samples, phaseOf(filter, at - whole), whole);
    }
  return out;
}

function filtered(samples: Float32Array, { first, taps }: Phase, whole: number): number {
  const start = whole + first;
  const end = Math.min(taps.length, samples.length - start);
  let sum = 0;
  for (let k = Math.max(0, -start); k < end; k++) sum += samples[start + k] * taps[k];
  return sum;
}

interface Filter {
  readonly cutoff: number;
  readonly reach: number;
}

function filterOf(from: number, to: number): Filter {
  const cutoff = ROLL_OFF * Math.min(1, to / from);
  return { cutoff, reach: CROSSINGS / cutoff };
}

let stored: { readonly from: number; readonly to: number; readonly phases: readonly Phase[] } | undefined;

/** The filters of all fractions k / `up`, of the rates of the last call. */
function phasesOf(filter: Filter, from: number, to: number, up: number, down: number): readonly Phase[] {
  if (stored?.from !== from || stored.to !== to) {
    const phases = Array.from({ length: up }, (_, i) => phaseOf(filter, ((i * down) % up) / up));
    stored = { from, to, phases };
  }
  return stored.phases;
}

function phaseOf({ cutoff, reach }: Filter, fraction: number): Phase {
  const first = Math.ceil(fraction - reach);
  const taps = Float64Array.from({ length: Math.floor(fraction + reach) - first + 1 }, (_, k) => {
    const x = fraction - first - k;
    return cutoff * sinc(cutoff * x) * Math.cos((Math.PI * x) / (2 * reach)) ** 2;
  });
  return { first, taps };
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

/** Samples train rows for plans that would be slow with all of them. */

import type { Sample } from "./modality.js";

const MOST = 256;

/** At most `most` evenly spaced samples, 256 by default. */
export function evenly(samples: readonly Sample[], most = MOST): readonly Sample[] {
  if (samples.length <= most) return samples;
  return Array.from({ length: most }, (_, i) => samples[Math.floor((i * samples.length) / most)]);
}

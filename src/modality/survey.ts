/** Samples train rows for plans that would be slow with all of them. */

import type { Sample } from "./modality.js";

const most = 256;

/** At most 256 evenly spaced samples. */
export function evenly(samples: readonly Sample[]): readonly Sample[] {
  if (samples.length <= most) return samples;
  return Array.from({ length: most }, (_, i) => samples[Math.floor((i * samples.length) / most)]);
}

/** Which train rows a plan looks at where looking at all of them would take long. */

import type { Sample } from "./modality.js";

const most = 256;

/** At most 256 samples, evenly spaced. */
export function evenly(samples: readonly Sample[]): readonly Sample[] {
  if (samples.length <= most) return samples;
  return Array.from({ length: most }, (_, i) => samples[Math.floor((i * samples.length) / most)]);
}

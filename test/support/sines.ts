/**
 * Sine waves, the regression tasks of MAML (Finn, Abbeel and Levine, 2017): y = A sin(x − φ) with A in [0.1, 5], φ in
 * [0, π] and x in [−5, 5]. Every group is a wave; neither x nor y is standardised.
 */

import { random } from "../../src/base/random.js";
import { createDataset, type Dataset, type Example, type Split } from "../../src/data/index.js";

/** The declaration of their modality. */
export const sineModalities = { x: { kind: "vector", standardise: false } };

/** Points of curves with the modality `x`, with `curves` per split and `points` per curve. */
export const sineExamples = (curves: Readonly<Record<Split, number>>, points: number, seed = 0): Example[] =>
  (Object.keys(curves) as Split[]).flatMap((split) =>
    Array.from({ length: curves[split] }, (_, k) => curve(split, k, points, seed)).flat(),
  );

/** The data set of {@link sineExamples}. */
export const sines = (...of: Parameters<typeof sineExamples>): Dataset =>
  createDataset({ name: "sines", examples: sineExamples(...of), modalities: sineModalities });

function curve(split: Split, k: number, points: number, seed: number): Example[] {
  const r = random(seed, "sine", split, k);
  const [amplitude, phase] = [0.1 + 4.9 * r.uniform(), Math.PI * r.uniform()];
  return Array.from({ length: points }, (): Example => {
    const x = 10 * r.uniform() - 5;
    return { label: amplitude * Math.sin(x - phase), group: `${split} ${k}`, split, x: [x] };
  });
}

/**
 * The joint vector of a text: those of its encoders one after the other, [√s_1 x_1, √s_2 x_2], whose inner product is
 * Σ_e s_e x_e · y_e. Among many classes it has an expert of its own, logistic regression (logistic.ts), beside those of the
 * encoders: with a hundred classes, ridge regression spends itself on keeping apart what nobody confuses.
 */

import type { EmbeddedExample } from "./types.js";

/** Vectors by expert. */
type Vectors = EmbeddedExample["vectors"];

/** The name of the joint expert, in place of an encoder's. */
export const JOINT = "joint";
/** Encoders and their shares s. */
export const JOINED: Readonly<Record<string, number>> = { network: 0.7, ngrams: 0.3 };

/** Classes, and examples per class on average, from which on there is a joint expert. */
const LEAST = { classes: 64, perClass: 2 } as const;
/** Examples beyond which there is none, since the time of a fit grows with their number squared, times the classes. */
const MOST = 2048;

/** The modalities of a support that have a joint expert. */
export function jointModalities(
  support: readonly Pick<EmbeddedExample, "label" | "vectors">[],
): readonly string[] {
  const examples = new Map<string, number>();
  const classes = new Map<string, Set<string | undefined>>();
  const ending = `/${Object.keys(JOINED).at(-1)}`;
  for (const { label, vectors } of support)
    for (const name of Object.keys(vectors)) {
      const modality = name.slice(0, -ending.length);
      if (!name.endsWith(ending) || !partsOf(modality).every((part) => vectors[part])) continue;
      examples.set(modality, (examples.get(modality) ?? 0) + 1);
      classes.set(modality, (classes.get(modality) ?? new Set()).add(label));
    }
  return [...examples.keys()].filter((modality) => {
    const count = classes.get(modality)!.size;
    const own = examples.get(modality)!;
    return count >= LEAST.classes && own >= LEAST.perClass * count && own <= MOST;
  });
}

/** The joint vectors of an example by expert, of the modalities whose encoders' vectors it has. */
export function jointVectors(vectors: Vectors, modalities: readonly string[]): Vectors {
  const joint: Record<string, Float32Array> = {};
  for (const modality of modalities) {
    const parts = partsOf(modality).map((part) => vectors[part]);
    if (parts.every((part) => part !== undefined)) joint[`${modality}/${JOINT}`] = joined(parts);
  }
  return joint;
}

const partsOf = (modality: string): string[] =>
  Object.keys(JOINED).map((encoder) => `${modality}/${encoder}`);

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const [i, share] of Object.values(JOINED).entries()) {
    for (const value of parts[i]) out[at++] = Math.sqrt(share) * value;
  }
  return out;
}

/** Names of the inputs and outputs of exported graphs: words of letters, digits and underscores, each used once. */

import type { ModelDefinition } from "../model/index.js";

/** The names that belong to one modality. */
export interface ModalityNames {
  /** The modality as a word. */
  readonly word: string;
  readonly support: string;
  readonly supportPresent: string;
  readonly query: string;
  readonly queryPresent: string;
  readonly weights: string;
  readonly features: string;
}

/** A name with other characters than letters, digits and underscores replaced. */
export const wordOf = (name: string): string => name.replaceAll(/\W/g, "_");

/** The names that no modality may lead to: `labels` would make `support_labels` an image. */
const reserved = new Set(["labels", "mask", "label_text"]);

/** The names of each modality. Modalities that lead to the same word are numbered. */
export function namesOf({ modalities }: ModelDefinition): Record<string, ModalityNames> {
  const used = new Set<string>();
  return Object.fromEntries(
    modalities.map((modality) => {
      const word = unused(wordOf(modality), (name) => reserved.has(name) || used.has(name));
      used.add(word);
      const names: ModalityNames = {
        word,
        support: `support_${word}`,
        supportPresent: `support_${word}_present`,
        query: `query_${word}`,
        queryPresent: `query_${word}_present`,
        weights: `weights_${word}`,
        features: `features_${word}`,
      };
      return [modality, names];
    }),
  );
}

/** The names of task parameters by their paths in the tree that adapting returns. */
export function parameterNames(paths: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  const used = new Set<string>();
  for (const path of paths) {
    const name = unused(wordOf(`task_${path}`), (each) => used.has(each));
    used.add(name);
    names.set(path, name);
  }
  return names;
}

function unused(name: string, isUsed: (name: string) => boolean): string {
  if (!isUsed(name)) return name;
  let number = 2;
  while (isUsed(`${name}_${number}`)) number++;
  return `${name}_${number}`;
}

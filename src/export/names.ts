/** Names of the inputs and outputs of exported graphs: words of letters, digits and underscores, each used once. */

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
const wordOf = (name: string): string => name.replaceAll(/\W/g, "_");

/** The names of inputs and outputs that belong to no modality: `labels` would make `support_labels` an image. */
const RESERVED = [
  "support_labels",
  "support_mask",
  "support_label_text",
  "support_label_text_present",
  "probabilities",
  "certainty",
  "unknown",
  "values",
];

const namesFor = (word: string): ModalityNames => ({
  word,
  support: `support_${word}`,
  supportPresent: `support_${word}_present`,
  query: `query_${word}`,
  queryPresent: `query_${word}_present`,
  weights: `weights_${word}`,
  features: `features_${word}`,
});

/** The names of each modality. A modality that would lead to a name of another is numbered. */
export function namesOf({
  modalities,
}: {
  readonly modalities: readonly string[];
}): Record<string, ModalityNames> {
  const used = new Set(RESERVED);
  return Object.fromEntries(
    modalities.map((modality) => {
      const isUsed = (word: string) => Object.values(namesFor(word)).some((name) => used.has(name));
      const names = namesFor(unused(wordOf(modality), isUsed));
      for (const name of Object.values(names)) used.add(name);
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

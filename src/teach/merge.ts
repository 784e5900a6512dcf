/** Joins the examples of a task with others. */

import { type EmbeddedExample, valuesKey } from "./types.js";

export interface Merged {
  /** All examples in canonical order. */
  readonly all: readonly EmbeddedExample[];
  /** Ids of the added examples that were there already. */
  readonly repeated: readonly string[];
  /** The id in the task of each added example, by its own id. */
  readonly renamed: ReadonlyMap<string, string>;
}

/**
 * Add examples to others. An example with the label, the values and the id of another is the same one; with its id only, it
 * gets a further mark of its values, since files of different folders often have the same names.
 */
export function mergeExamples(before: readonly EmbeddedExample[], added: readonly EmbeddedExample[]): Merged {
  const byId = new Map(before.map((example) => [example.id, example]));
  const repeated: string[] = [];
  const renamed = new Map<string, string>();
  for (const example of added) {
    const other = byId.get(example.id);
    const id = other && !areSame(other, example) ? `${example.id}#${markOf(example)}` : example.id;
    if (byId.has(id)) {
      repeated.push(example.id);
      continue;
    }
    renamed.set(example.id, id);
    byId.set(id, { ...example, id });
  }
  return { all: canonical([...byId.values()]), repeated, renamed };
}

/** Examples in the order of labels, values and ids, so that what is made of them is a function of their set. */
export function canonical(examples: readonly EmbeddedExample[]): EmbeddedExample[] {
  const keyed = examples.map((example) => ({ example, key: keyOf(example) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ example }) => example);
}

const keyOf = (example: EmbeddedExample) => {
  const { label, target, id } = example;
  return [label ?? "", target === undefined ? "" : target.toExponential(), valuesKey(example), id].join("\0");
};

const areSame = (a: EmbeddedExample, b: EmbeddedExample) =>
  a.label === b.label && a.target === b.target && valuesKey(a) === valuesKey(b);

const markOf = ({ label, digests }: EmbeddedExample) =>
  Object.values(digests)
    .map((digest) => digest.slice(0, 6))
    .concat(label ?? [])
    .join("-");

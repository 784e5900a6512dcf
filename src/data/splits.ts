/** The splits, and the words for them in names of folders and shards and in a split column. */

import { normalName } from "./names.js";

export type Split = "train" | "val" | "test";
export const splits: readonly Split[] = ["train", "val", "test"];

/** The same words as in Hugging Face's folder loaders. */
const splitWords: Readonly<Record<string, Split>> = {
  ...{ train: "train", training: "train" },
  ...{ val: "val", valid: "val", validation: "val", validate: "val", dev: "val", development: "val" },
  ...{ test: "test", testing: "test", eval: "test", evaluation: "test" },
};

/** The split that a word names, ignoring case and outer spaces: `Test`, `validation`. */
export function splitOfWord(word: string): Split | undefined {
  const key = normalName(word).toLowerCase();
  return Object.hasOwn(splitWords, key) ? splitWords[key] : undefined;
}

/** The split that the name of a shard begins with: `train-00000.tar`. */
export const splitOfPrefix = (name: string): Split | undefined => splitOfWord(name.split(/[-_.]/)[0]);

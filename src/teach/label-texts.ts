/** The names of classes as support examples of a text modality. */

import { InputError } from "../base/errors.js";
import type { DeclaredModality } from "../data/index.js";
import { hasWord, wordsOf } from "../data/labels/text.js";
import { embedderOf } from "./embedder.js";
import type { PretrainedSpecs } from "./pretrained.js";
import type { EmbeddedExample } from "./types.js";

/**
 * `shots` examples per class that are its name, by the first text modality of `kinds`; none for a class whose name has no
 * word.
 *
 * @throws {InputError} teach/no-text if no modality is text
 */
export async function labelTexts(
  classes: readonly string[],
  kinds: Readonly<Record<string, DeclaredModality>>,
  shots: number,
  pretrained: PretrainedSpecs = {},
): Promise<EmbeddedExample[]> {
  if (shots === 0) return [];
  const modality = Object.keys(kinds).find((name) => kinds[name].kind === "text");
  if (modality === undefined) throw noText();
  const named = classes.filter(hasWord);
  const values = named.map((label) => ({ value: wordsOf(label), where: `the name of class "${label}"` }));
  const embedded = await embedderOf("text", pretrained[modality])!(values, {});
  return named.flatMap((label, i) => {
    const vectors = Object.entries(embedded[i].vectors).map(([name, vector]) => [
      `${modality}/${name}`,
      vector,
    ]);
    const digests = { [modality]: embedded[i].digest };
    return Array.from(
      { length: shots },
      (_, shot): EmbeddedExample => ({
        id: shots > 1 ? `name of ${label}, ${shot + 1}` : `name of ${label}`,
        label,
        digests,
        vectors: Object.fromEntries(vectors),
        values: {},
      }),
    );
  });
}

const noText = () =>
  new InputError({
    code: "teach/no-text",
    where: "option labelShots",
    problem: "no modality of the data is text",
    expected: "a text modality, in which class names are further examples",
    remedy: "Leave the option out.",
  });

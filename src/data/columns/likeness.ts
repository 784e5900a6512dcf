/** What a model expects of later data, as the card of a data set declares it. */

import { declarationOf } from "../../modality/index.js";
import type { DatasetCard } from "../card.js";
import { normalName } from "../names.js";
import { tableColumns } from "./cells.js";
import type { Likeness } from "./types.js";

/** The card that declares the modalities of a model, and nothing else. */
export const cardLike = (like: Likeness): DatasetCard => withLikeness({ modalities: {} }, like);

/** A card with the modalities of a model in place of its own, and its own task or else the model's. */
export function withLikeness(card: DatasetCard, { modalities, data }: Likeness): DatasetCard {
  const declared = Object.entries(modalities).map(([name, spec]) => {
    const { kind, ...options } = declarationOf(spec);
    const given = Object.hasOwn(card.modalities, name) ? card.modalities[name].options : {};
    // The model does not know where the vectors of this data set are.
    const files = Object.entries(given).filter(([key]) => ["file", "tensor", "ids"].includes(key));
    return [name, { kind, options: { ...Object.fromEntries(files), ...options } }];
  });
  const task = card.task ?? data?.reading?.task;
  return { ...card, ...(task && { task }), modalities: Object.fromEntries(declared) };
}

/** A card with the stroke format of each strokes modality of a model, so that ambiguous drawings are read the same way. */
export function withStrokeFormats(card: DatasetCard, like: Likeness | undefined): DatasetCard {
  const formats = Object.entries(like?.modalities ?? {}).flatMap(([name, spec]) => {
    const { kind, ...options } = declarationOf(spec);
    return kind === "strokes" ? [[name, { kind, options }] as const] : [];
  });
  return { ...card, modalities: { ...Object.fromEntries(formats), ...card.modalities } };
}

/** The normalised names of all columns that a model reads: modalities, table cells, and remembered texts and file names. */
export function columnsReadBy(like: Likeness): ReadonlySet<string> {
  const { media = {}, texts = {} } = like.data?.reading ?? {};
  const modalities = Object.keys(like.modalities);
  const files = ["file_name", ...modalities.map((name) => `${name}_file_name`)];
  // A column that names files in several folders is remembered by `folder/column`.
  const mediaColumns = Object.keys(media).flatMap((name) => [name, name.slice(name.indexOf("/") + 1)]);
  const names = [...modalities, ...files, ...tableColumns(cardLike(like)), ...mediaColumns];
  return new Set([...names, ...Object.keys(texts)].map(normalName));
}

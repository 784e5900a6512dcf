/** Finds media files of a data folder that no row names. */

import { Media, type ModalityKind, modalities } from "../../modality/index.js";
import type { DatasetCard } from "../card.js";
import type { Folder } from "../files/media.js";
import { filesBelow } from "../files/tree.js";
import { vectorFilesOf } from "../formats/vector-file.js";
import { kindOfPath } from "../kinds.js";
import { someOf } from "../listed.js";
import type { Notice } from "../notice.js";
import type { Dataset } from "../types.js";
import { isCompanion } from "./folder.js";

/** One notice per kind of the media files in the folder that no row names and no earlier notice lists (`reported`). */
export function unnamedFiles(
  { name, rows }: Dataset,
  folder: Folder,
  card: DatasetCard,
  reported: ReadonlySet<string>,
): Notice[] {
  const named = new Set<string>();
  for (const { values } of rows)
    for (const value of Object.values(values)) if (value instanceof Media) named.add(value.name);
  const vectors = new Set(vectorFilesOf(card));
  const left = new Map<ModalityKind, string[]>();
  for (const file of filesBelow(folder)) {
    const kind = kindOfPath(file);
    const isOther = isCompanion(file.slice(file.lastIndexOf("/") + 1)) || vectors.has(file);
    if (kind === undefined || isOther || reported.has(file) || named.has(folder.base + file)) continue;
    const own = left.get(kind);
    if (own) own.push(file);
    else left.set(kind, [file]);
  }
  return [...left].map(([kind, files]) => {
    const [one, many] = modalities[kind].files?.noun ?? ["file", "files"];
    return {
      code: "files/unnamed",
      where: name,
      text: `left out ${files.length} ${files.length === 1 ? `${one} that no row names` : `${many} that no row names`}: ${someOf(files)}`,
      suspect: true,
    };
  });
}

/** Descends into wrappers, folders and archives that are the only content of the data: `data/data/cat/1.jpg`. */

import { type DatasetCard, readCard } from "../card.js";
import type { Folder } from "../files/media.js";
import { vectorFilesOf } from "../formats/vector-file.js";
import type { Notice } from "../notice.js";
import type { LayoutFolder } from "./folder.js";
import { LayoutLog } from "./log.js";
import { isWebDataset } from "./webdataset.js";
import { soleArchive, unwrapped } from "./wrapper.js";

/** The innermost folder of the data, the card of an outer folder if there is one, and notices. */
export async function enter(
  root: string,
  folder: Folder,
): Promise<{ folder: Folder; card?: DatasetCard; notices: Notice[] }> {
  const log = new LayoutLog();
  let [at, card]: [Folder, DatasetCard | undefined] = [folder, undefined];
  while (true) {
    const own = await readCard(at);
    if (Object.keys(own).length > 1 || Object.keys(own.modalities).length > 0) card ??= own;
    const place: LayoutFolder = { root, inside: "", folder: at, card: card ?? own, log };
    if (hasVectorFiles(place)) break;
    const { inside } = unwrapped(place);
    if (inside !== "") {
      at = at.below(inside);
      continue;
    }
    const archive = soleArchive(place);
    if (archive === undefined || isWebDataset(await at.archive(archive.name, archive.name))) break;
    log.note({
      code: "files/wrapper",
      where: `${at.base}${archive.name}`,
      text: `read in its place, as the only archive${archive.left}`,
    });
    at = at.below(`${archive.name}/`);
  }
  return { folder: at, card, notices: [...log.decisions] };
}

/** Whether the folder has a vector file that the card names, whose path is relative to this folder. */
const hasVectorFiles = ({ folder, card }: LayoutFolder): boolean =>
  vectorFilesOf(card).some((path) =>
    path.split("/").every((part, i, parts) => {
      const above = parts.slice(0, i).map((name) => `${name}/`);
      return folder.list(above.join("")).some(({ name }) => name === part);
    }),
  );

/** Finds wrappers: a folder or an archive that is the only content of a folder. */

import { mayBeData } from "../files/endings.js";
import { dataFilesOf } from "../formats/index.js";
import { someOf } from "../listed.js";
import { splitOfPrefix, splitOfWord } from "../splits.js";
import { contentsOf, folderIn, type LayoutFolder } from "./folder.js";
import { metadataFile } from "./metadata-file.js";

/** The innermost of nested folders, each the only content of the one around it. */
export function unwrapped(place: LayoutFolder): LayoutFolder {
  if (metadataFile(place)) return place;
  const { folders, archives, media, others: left, faults } = contentsOf(place);
  const [name, ...others] = folders;
  if (name === undefined || others.length + archives.length + media.length + faults.length > 0) return place;
  if (left.some(mayBeData)) return place;
  const inner = folderIn(place, name);
  const contents = contentsOf(inner);
  const isData =
    metadataFile(inner) ||
    (contents.media.length === 0 &&
      (contents.folders.length + contents.archives.length + contents.faults.length > 0 ||
        dataFilesOf(contents.others) !== undefined));
  if (splitOfWord(name) !== undefined || !isData) return place;
  place.log.note({
    code: "files/wrapper",
    where: inner.inside,
    text: `read in its place, as the only folder${besides(left)}`,
  });
  return unwrapped(inner);
}

/** The archive that is the only data of a folder, and a clause for its notice about other files. */
export function soleArchive(
  place: LayoutFolder,
): { readonly name: string; readonly left: string } | undefined {
  const { folders, archives, media, others, faults } = contentsOf(place);
  const isAlone =
    archives.length === 1 && folders.length + media.length + faults.length === 0 && !others.some(mayBeData);
  if (!isAlone || metadataFile(place) || splitOfPrefix(archives[0]) !== undefined) return undefined;
  return { name: archives[0], left: besides(others) };
}

const besides = (left: readonly string[]) => (left.length > 0 ? `; left out ${someOf(left)} beside it` : "");

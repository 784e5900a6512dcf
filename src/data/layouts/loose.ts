/** What errors say of files that lie in no class folder and that no metadata file describes. */

import { readFileSync, statSync } from "node:fs";
import { InputError } from "../../base/errors.js";
import { endingOf, endingsOf, isTable, mayBeData, metadataFiles } from "../files/endings.js";
import { someOf } from "../listed.js";
import type { Place } from "./folder.js";

/** A link that was checked out as a text file, as git does on Windows: its text is where it should lead. */
const brokenLink = (where: string) =>
  new InputError({
    code: "data/link-as-text",
    where,
    problem: "it is a link that was saved as a text file with the path it should lead to",
    expected: "class-name/file folders",
    remedy: "Copy the folders that the links should lead to into the data folder.",
  });

/** Whether a file's text is a path that ends in the file's own name. */
function isLinkAsText({ inside, folder }: Place, name: string): boolean {
  if (name.includes(".")) return false;
  const path = folder.resolve(inside + name, inside + name);
  if (statSync(path).size > 4096) return false;
  const text = readFileSync(path, "utf8");
  return /^[^\n]*\/[^\n]*$/.test(text) && text.endsWith(`/${name}`);
}

/** A file beside class folders that is no media file. */
export const looseOther = (place: Place, name: string): InputError =>
  isLinkAsText(place, name) ? brokenLink(place.inside + name) : looseFile(place.inside + name);

/** A file beside class folders that may be data. */
export const looseFile = (where: string) =>
  new InputError({
    code: "data/loose-file",
    where,
    problem: "it is neither a class folder nor a metadata file",
    expected: `class-name/file folders, folders train, val and test of such, archives alone (${endingsOf("archive").join(", ")}), or one of ${metadataFiles.join(", ")}`,
    remedy: mayBeData(where)
      ? `If it is the table of the data, ${isTable(where) ? `rename it metadata${endingOf(where)}` : "write it as metadata.csv"}, with the columns file_name (a path such as images/1.png) and label; else move it away.`
      : "Move it into the folder of its class or away, or describe the data in metadata.jsonl.",
  });

/** Media files and no folder. */
export const looseMedia = ({ root, inside }: Place, media: readonly string[]) =>
  new InputError({
    code: "data/loose-media",
    where: inside || root,
    problem: `it holds ${media.length} media ${media.length === 1 ? "file" : "files"} (${someOf(media, 3)}) and nothing that says what they are`,
    expected: "a folder a class (cat/1.jpg), or a metadata file with a row for each",
    remedy:
      'Move each file into the folder of its class, or add metadata.csv with the columns file_name and label. To have them predicted, give them to "metamodal predict --input".',
  });

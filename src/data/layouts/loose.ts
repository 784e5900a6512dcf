/** Errors of files outside class folders that no metadata file describes. */

import { readFileSync, statSync } from "node:fs";
import { InputError } from "../../base/errors.js";
import { endingOf, endingsOf, isTable, mayBeData, metadataFiles } from "../files/endings.js";
import { someOf } from "../listed.js";
import type { LayoutFolder } from "./folder.js";

/** The error of a link that was checked out as a text file, as git does on Windows; the text is the target. */
const brokenLink = (where: string) =>
  new InputError({
    code: "data/link-as-text",
    where,
    problem: "it is a link that was saved as a text file with the path of its target",
    expected: "class-name/file folders",
    remedy: "Copy the folders that the links point to into the data folder.",
  });

/** Whether the text of a file is a path that ends in the name of the file. */
function isLinkAsText({ inside, folder }: LayoutFolder, name: string): boolean {
  if (name.includes(".")) return false;
  const path = folder.resolve(inside + name, inside + name);
  if (statSync(path).size > 4096) return false;
  const text = readFileSync(path, "utf8");
  return /^[^\n]*\/[^\n]*$/.test(text) && text.endsWith(`/${name}`);
}

/** The error of a file beside class folders that is not a media file. */
export const looseOther = (place: LayoutFolder, name: string): InputError =>
  isLinkAsText(place, name) ? brokenLink(place.inside + name) : looseFile(place.inside + name);

/** The error of a file beside class folders that may be data. */
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

/** The error of media files without class folders. */
export const looseMedia = ({ root, inside }: LayoutFolder, media: readonly string[]) =>
  new InputError({
    code: "data/loose-media",
    where: inside || root,
    problem: `it holds ${media.length} media ${media.length === 1 ? "file" : "files"} (${someOf(media, 3)}) and nothing that labels them`,
    expected: "one folder per class (cat/1.jpg), or a metadata file with a row for each",
    remedy:
      "Move each file into the folder of its class, or add metadata.csv with the columns file_name and label. To predict them, give them as the option `input`.",
  });

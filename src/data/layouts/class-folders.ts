/**
 * Reads `class-name/file` folders: one row per file, or one row of several modalities for files of a class that share a stem
 * and differ in kind (`cat/0.png`, `cat/0.txt`), as in WebDataset.
 */

import { InputError } from "../../base/errors.js";
import { extensionsOf, kindOfPath } from "../kinds.js";
import { someOf } from "../listed.js";
import type { RawRecord } from "../record.js";
import { type Contents, contentsOf, folderIn, type LayoutFolder } from "./folder.js";
import { joinByStem } from "./stems.js";

/**
 * The records of class folders in `place`, in name order, with the label `labelOf(folder)`. Anything but media files in them
 * is a fault.
 */
export function classFolders(
  place: LayoutFolder,
  { folders }: Pick<Contents, "folders">,
  labelOf = (folder: string) => folder,
): RawRecord[] {
  const { log } = place;
  const nested: { parent: string; names: string[] }[] = [];
  const joined: string[] = [];
  const records = folders.flatMap((name) => {
    const label = labelOf(name);
    const own = folderIn(place, name);
    const { folders: inner, archives, media, others, faults } = contentsOf(own);
    const full = inner.filter((name) => place.folder.list(`${own.inside}${name}/`).length > 0);
    if (full.length > 0) nested.push({ parent: own.inside, names: full });
    for (const fault of faults) log.faults.add(fault);
    for (const file of [...archives, ...others]) log.faults.add(notMedia(own.inside + file));
    if (media.length + full.length + archives.length + others.length + faults.length === 0)
      log.faults.add(emptyClass(own.inside.slice(0, -1)));
    const examples = joinByStem(media);
    if (examples.some(({ files }) => files.length > 1)) joined.push(own.inside);
    return examples.map(({ stem, files }) => {
      const where = own.inside + (files.length > 1 ? stem : files[0]);
      return { source: { file: where }, id: where, fields: { label, ...fieldsOf(own.inside, files) } };
    });
  });
  if (nested.length > 0) log.faults.add(nestedFolders(nested));
  if (joined.length > 0)
    log.note({
      code: "files/joined",
      where: someOf(joined),
      text: "read files of one name as one example: 0.png and 0.txt are its image and its text",
    });
  return records;
}

/** The media fields of an example: `file_name` for a single file, else one field per kind. */
function fieldsOf(inside: string, files: readonly string[]): Record<string, unknown> {
  if (files.length === 1) return { file_name: inside + files[0] };
  return Object.fromEntries(files.map((file) => [`${kindOfPath(file)}_file_name`, inside + file]));
}

function nestedFolders(found: readonly { parent: string; names: string[] }[]): InputError {
  const paths = found.flatMap(({ parent, names }) => names.map((name) => parent + name));
  const outer = found.map(({ parent }) => parent.slice(0, -1));
  const inner = found.flatMap(({ names }) => names);
  const [first, ...others] = paths;
  return new InputError({
    code: "data/nested-folder",
    where: first,
    problem: `it is a folder in the class folder "${outer[0]}"${others.length ? `, as are ${someOf(others)}` : ""}`,
    expected: "only media files in class folders: class-name/file",
    remedy: `To make ${someOf(inner)} the classes, move these folders up, out of ${someOf(outer)}; to make ${someOf(outer)} the classes, move the files up into these.`,
  });
}

const notMedia = (where: string) =>
  new InputError({
    code: "data/not-media",
    where,
    problem: "the extension is not that of an image, a sound or a text",
    expected: `only such files in class folders (${extensionsOf()})`,
    remedy: "Convert or move the files, or describe the data in metadata.jsonl.",
  });

const emptyClass = (where: string) =>
  new InputError({
    code: "data/empty-class",
    where,
    problem: "the class folder is empty",
    expected: "at least one file in every class folder",
    remedy: "Add files, or remove the folder.",
  });

/**
 * Reads parallel folders, one per modality, whose files are joined by their paths:
 *
 *   images/a.jpg, audio/a.wav                 one example without a label
 *   images/cat/a.jpg, texts/cat/a.txt         one of the class `cat`
 *   images/train/cat/a.jpg, …                 one of a split
 *
 * A modality is named after its kind, or after its folder if that is more specific (`masks`, `depth`).
 */

import { InputError } from "../../base/errors.js";
import { modalities, modalityKinds } from "../../modality/index.js";
import { kindOfPath } from "../kinds.js";
import { someOf } from "../listed.js";
import { normalName } from "../names.js";
import type { RawRecord } from "../record.js";
import { splitOfWord } from "../splits.js";
import { dataFilesBelow, type LayoutFolder } from "./folder.js";
import { stemOf } from "./stems.js";

/** Names of folders that are more specific than the kind of their files. */
const otherWords =
  /^(?:masks?|segmentations?|depths?|sketch(?:es)?|drawings?|thermal|infrared|ir|nir|rgb|spectrograms?|edges?|tags?|titles?|ocr|crops?)$/i;

const isModalityWord = (name: string) =>
  otherWords.test(name) || modalityKinds.some((kind) => modalities[kind].files?.folders?.test(name));

/** The records of parallel folders; undefined if the folders are not parallel. */
export function parallelFolders(place: LayoutFolder, folders: readonly string[]): RawRecord[] | undefined {
  const { inside, folder, log } = place;
  if (folders.length < 2 || !folders.every(isModalityWord)) return undefined;
  const [leftOut, faults]: [string[], InputError[]] = [[], []];
  const files = folders.map((name) => dataFilesBelow(folder, `${inside}${name}/`, faults));
  const keyOf = (file: string, name: string) =>
    normalName(stemOf(file.slice(inside.length + name.length + 1)));
  const byKey = new Map<string, Map<string, string>>();
  const names = modalitiesOf(folders, files);
  for (const [i, name] of folders.entries())
    for (const file of files[i]) {
      if (!kindOfPath(file)) {
        leftOut.push(file);
        continue;
      }
      const key = keyOf(file, name);
      const own = byKey.get(key) ?? new Map<string, string>();
      byKey.set(key, own);
      const modality = names[i];
      const other = own.get(modality);
      if (other === undefined) own.set(modality, file);
      else faults.push(twice(file, other));
    }
  const isJoined = [...byKey.values()].some(({ size }) => size > 1);
  if (!isJoined) return undefined;
  for (const file of leftOut) log.leftOut(file);
  for (const fault of faults) log.faults.add(fault);
  const keys = [...byKey.keys()].sort();
  const hasSplits = keys.every((key) => key.includes("/") && splitOfWord(key.split("/")[0]) !== undefined);
  log.note({
    code: "files/parallel",
    where: folders.map((name) => `${inside}${name}/`).join(", "),
    text: `read files of one name as one example, with ${names.map((name) => `"${name}"`).join(", ")} for modalities`,
  });
  return keys.map((key) => {
    const parts = key.split("/").slice(0, -1);
    const split = hasSplits ? splitOfWord(parts.shift() ?? "") : undefined;
    if (parts.length > 1) log.faults.add(tooDeep(inside + key, parts));
    const media = [...(byKey.get(key) ?? [])].map(([modality, file]) => [`${modality}_file_name`, file]);
    const where = inside + key;
    return {
      source: { file: where },
      id: where,
      fields: { ...(split && { split }), ...(parts[0] && { label: parts[0] }), ...Object.fromEntries(media) },
    };
  });
}

/** A distinct modality name for each folder.  */
function modalitiesOf(folders: readonly string[], files: readonly string[][]): string[] {
  const kinds = files.map((own) => own.map(kindOfPath).find((kind) => kind !== undefined) ?? "image");
  const names = folders.map((name, i) => {
    return modalities[kinds[i]].files?.folders?.test(name) ? kinds[i] : name;
  });
  return names.map((name, i) => (names.indexOf(name) === names.lastIndexOf(name) ? name : folders[i]));
}

const twice = (file: string, other: string) =>
  new InputError({
    code: "data/modality-twice",
    where: file,
    problem: `it has the name of ${other} up to the extension`,
    expected: "one file of a name in each folder",
    remedy: "Rename one of the two, or remove it.",
  });

const tooDeep = (where: string, parts: readonly string[]) =>
  new InputError({
    code: "data/nested-folder",
    where,
    problem: `it lies ${parts.length} folders deep (${someOf(parts)})`,
    expected: "at most a class folder in the folder of a modality: images/cat/1.jpg",
    remedy: "Move the folders up, or describe the data in metadata.jsonl.",
  });

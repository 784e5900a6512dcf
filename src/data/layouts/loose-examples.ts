/** Reads the media files of a folder, at any depth, as unlabelled examples to predict. */

import type { InputError } from "../../base/errors.js";
import { archiveEnding, mayBeData } from "../files/endings.js";
import type { Folder } from "../files/media.js";
import { kindOfPath } from "../kinds.js";
import { someOf } from "../listed.js";
import type { Notice } from "../notice.js";
import { mediaModality } from "../record.js";
import { contentsOf, dataFilesBelow, isCompanion } from "./folder.js";
import { LayoutLog } from "./log.js";
import { parallelFolders } from "./parallel-folders.js";
import { joinByStem } from "./stems.js";

/** An example: its files, each with its modality if the folder names it. */
interface LooseExample {
  readonly id: string;
  readonly files: readonly { readonly path: string; readonly modality?: string }[];
}

const isData = (path: string) =>
  mayBeData(path) || archiveEnding.test(path) || /\.(?:npy|cls|gz)$/i.test(path);

/** The examples of a folder of media files; undefined for a data set: a folder with tables, archives or no media. */
export function looseExamples(
  root: string,
  folder: Folder,
): { examples: LooseExample[]; notices: Notice[] } | undefined {
  const faults: InputError[] = [];
  const all = dataFilesBelow(folder, "", faults).filter((path) => !isCompanion(baseOf(path)));
  const media = all.filter((path) => kindOfPath(path) !== undefined);
  if (media.length === 0 || all.some(isData)) return undefined;
  const log = new LayoutLog();
  const place = { root, inside: "", folder, card: { modalities: {} }, log };
  const { folders } = contentsOf(place);
  for (const fault of faults) log.faults.add(fault);
  log.faults.throwAny();
  const parallel = parallelFolders(place, folders);
  for (const path of all) if (kindOfPath(path) === undefined) log.leftOut(path);
  log.faults.throwAny();
  if (parallel) {
    const examples = parallel.map(({ id, fields }) => ({
      id,
      files: Object.entries(fields).flatMap(([field, path]) => {
        const modality = mediaModality(field);
        return modality ? [{ path: String(path), modality }] : [];
      }),
    }));
    return { examples, notices: log.notices };
  }
  const examples = joinByStem(media).map(({ stem, files }) => ({
    id: files.length > 1 ? stem : files[0],
    files: files.map((path) => ({ path })),
  }));
  if (folders.length > 0)
    log.note({
      code: "input/folders",
      where: root,
      text: `predicts all ${examples.length} examples in its folders (${someOf(folders)}); the names of the folders are not used`,
    });
  return { examples, notices: log.notices };
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

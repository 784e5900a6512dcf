/** Opens the inputs of `predict` as data sets: data folders, archives, loose files and standard input. */

import { Faults } from "../base/faults.js";
import {
  archiveEnding,
  type Dataset,
  isTable,
  joinByStem,
  type Likeness,
  type OpenOptions,
  statsAt,
} from "../data/index.js";
import { openFile, openTogether } from "./inputs/files.js";
import { openInputFolder } from "./inputs/folders.js";
import { bad, kindFor, type Specs, takes } from "./inputs/kinds.js";
import { openPiped } from "./inputs/piped.js";

/** Open inputs as data sets, in order. Examples of a file have its path in their ids and in errors. */
export async function openInputs(
  paths: readonly string[],
  card: Likeness,
  options: OpenOptions = {},
): Promise<Dataset[]> {
  const faults = new Faults();
  const inputs: Dataset[] = [];
  for (const group of groupsOf(paths, card.modalities))
    try {
      inputs.push(await openGroup(group, card, options));
    } catch (error) {
      faults.add(error);
    }
  faults.throwAny();
  return inputs;
}

/** Group paths: media files of one folder and stem, each of another kind that the model takes, are one example. */
function groupsOf(paths: readonly string[], specs: Specs): (readonly string[])[] {
  const kindOf = (path: string) => kindFor(path, specs);
  const media = paths.filter((path) => {
    const kind = kindOf(path);
    return kind !== undefined && takes(specs, kind);
  });
  const joined = joinByStem(media, kindOf).filter(({ files }) => files.length > 1);
  const groupOf = new Map(joined.flatMap(({ files }) => files.map((file) => [file, files])));
  return [...new Set(paths.map((path) => groupOf.get(path) ?? [path]))];
}

async function openGroup(paths: readonly string[], like: Likeness, options: OpenOptions): Promise<Dataset> {
  const [path, ...others] = paths;
  if (path === "-" || path === "/dev/stdin") return openPiped(like, options);
  const isFolder = paths.map(checkedFolder)[0];
  if (others.length > 0) return openTogether(paths, like, options);
  const isData = isFolder || archiveEnding.test(path) || (isTable(path) && !/\.jsonl$/i.test(path));
  return isData ? openInputFolder(path, like, options) : openFile(path, like, options);
}

/**
 * Whether a path is a folder; false for a file.
 * @throws {InputError} `cli/bad-input` if it is neither
 */
function checkedFolder(path: string): boolean {
  const stats = statsAt(path);
  if (!stats) throw bad(path, "there is no such file or folder", "Check the path.");
  if (!stats.isDirectory() && !stats.isFile())
    throw bad(path, "it is no plain file and no folder", "To pipe examples in, give - for standard input.");
  return stats.isDirectory();
}

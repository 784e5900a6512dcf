/** A folder of event files, one folder per run, as TensorBoard expects them. */

import { join } from "node:path";
import { type FolderKind, folderPlace } from "../base/place.js";
import { writeFolder } from "../base/write.js";
import { type RunCurve, runName } from "./run-record.js";
import { eventFile } from "./tensorboard.js";

const FILE = "events.out.tfevents.0.metamodal";

const eventFolder: FolderKind = {
  expected: "a free path, or a folder of event files to replace",
  contents: () => (path) => path.endsWith("/") || path.endsWith(`/${FILE}`),
};

/** The curves of the run at `path`. */
interface NamedCurves {
  readonly path: string;
  readonly curves: readonly RunCurve[];
}

/**
 * Write the curves of runs below `out`, and return the paths of the files. Runs of one name are numbered.
 * @throws {InputError} `cli/bad-out` if the path holds anything else
 */
export async function writeEventFiles(runs: readonly NamedCurves[], out: string): Promise<string[]> {
  const context = { code: "cli/bad-out", where: `--out ${out}`, remedy: "Choose another --out." };
  const names: string[] = [];
  for (const { path } of runs) {
    const name = runName(path);
    let free = name;
    for (let i = 2; names.includes(free); i++) free = `${name}-${i}`;
    names.push(free);
  }
  const files = runs.map(({ curves }, i): readonly [string, Uint8Array] => [
    `${names[i]}/${FILE}`,
    eventFile(curves),
  ]);
  await writeFolder(() => folderPlace(out, eventFolder, context), files);
  return files.map(([name]) => join(out, name));
}

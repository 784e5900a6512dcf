/**
 * File names of Teachable Machine exports: one archive per class, `Class 1-samples.zip`, and in the archive of a project
 * (`.tm`) files named by class and number, `Class 1-!-0.png`.
 */

import { archiveEnding } from "../files/endings.js";
import { kindOfPath } from "../kinds.js";

/** The class that an archive of loose files is named after. */
export const classOfArchive = (name: string): string =>
  name.replace(archiveEnding, "").replace(/[-_ ]samples(?: ?\(\d+\))?$/i, "");

const numbered = /^(.+)-!-\d+\.\w+$/;

/** The class of each file by its name; undefined unless all files are named in this way. */
export function classesOfFiles(names: readonly string[]): ReadonlyMap<string, string> | undefined {
  const classes = new Map<string, string>();
  for (const name of names) {
    const label = numbered.exec(name)?.[1];
    if (label === undefined) return undefined;
    classes.set(name, label);
  }
  return classes.size > 0 ? classes : undefined;
}

/** Whether an archive of these files is one class: a zip of media files of one kind without folders or classes in their names. */
export function isOneClass(archive: string, files: readonly string[]): boolean {
  const kinds = new Set(files.map((name) => (name.includes("/") ? undefined : kindOfPath(name))));
  const [kind] = kinds;
  return (
    /\.zip$/i.test(archive) && kinds.size === 1 && kind !== undefined && classesOfFiles(files) === undefined
  );
}

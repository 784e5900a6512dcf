/**
 * Names of the samples that Teachable Machine exports: an archive a class, `Class 1-samples.zip`, and in a project's
 * archive (`.tm`) files named by class and number, `Class 1-!-0.png`.
 */

import { archiveEnding } from "../files/endings.js";
import { kindOfPath } from "../kinds.js";

/** The class that an archive of loose files is named after. */
export const classOfArchive = (name: string): string =>
  name.replace(archiveEnding, "").replace(/[-_ ]samples(?: ?\(\d+\))?$/i, "");

const numbered = /^(.+)-!-\d+\.\w+$/;

/** The class of each file by its name, if every one is named so. */
export function classesOfFiles(names: readonly string[]): ReadonlyMap<string, string> | undefined {
  const classes = new Map<string, string>();
  for (const name of names) {
    const label = numbered.exec(name)?.[1];
    if (label === undefined) return undefined;
    classes.set(name, label);
  }
  return classes.size > 0 ? classes : undefined;
}

/** Whether an archive of these files is one class: a zip of loose media of one kind, none of which says a class. */
export function isOneClass(archive: string, files: readonly string[]): boolean {
  const kinds = new Set(files.map((name) => (name.includes("/") ? undefined : kindOfPath(name))));
  const [kind] = kinds;
  return (
    /\.zip$/i.test(archive) && kinds.size === 1 && kind !== undefined && classesOfFiles(files) === undefined
  );
}

/** Finds the table of the rows of a folder. */

import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { isMetadata, isTable, metadataFiles } from "../files/endings.js";
import { fileSource } from "../files/source.js";
import type { Entry } from "../files/tree.js";
import { splitOfWord } from "../splits.js";
import { isCompanion, isDocument, isOwn, type LayoutFolder } from "./folder.js";

/** The name of the table of a folder: the one the user named, `metadata.*`, or the only table; undefined if there is none. @throws {InputError} data/which-metadata */
export function metadataFile(place: LayoutFolder): string | undefined {
  const { root, inside, folder, table } = place;
  if (table !== undefined && inside === "") return table;
  const entries = folder
    .list(inside)
    .filter(({ name, isFolder }) => !isFolder || !isOwn(folder.list(`${inside}${name}/`)));
  const own = entries.filter(({ name, isFolder }) => !isFolder && isMetadata(name) && !isCompanion(name));
  const names = own.map(({ name }) => name);
  const hasClasses = names.some(isDocument) && areClasses(place, entries);
  const found = names.filter((file) => !hasClasses || !isDocument(file) || holdsRows(place, file));
  const known = found.filter((file) => metadataFiles.includes(file.toLowerCase()));
  if (known.length === 1) return known[0];
  if (found.length === 0) {
    const [only, ...others] = entries.filter(
      ({ name, isFolder }) => !isFolder && isTable(name) && !isCompanion(name) && !name.startsWith("."),
    );
    if (only === undefined || others.length > 0 || hasClassFolders(entries)) return undefined;
    return only.name;
  }
  throw new InputError({
    code: "data/which-metadata",
    where: join(root, inside),
    problem: `the metadata files are ${found.join(", ")}`,
    expected: `exactly one of ${metadataFiles.join(", ")}`,
    remedy: "Remove or convert the others.",
  });
}

/** Names of folders that hold the files of a table and are not classes. */
const mediaFolders =
  /^(data|files|media|dataset|(.*[-_ ])?(images?|imgs?|pictures|pics|photos|jpe?gs?|pngs?|audios?|sounds?|wavs?|clips|recordings|texts?|txt|masks|videos|train(ing)?|test(ing)?|val(id(ation)?)?)([-_ ].*)?)$/i;

/** Whether two or more folders may be classes. */
const hasClassFolders = (entries: readonly Entry[]): boolean =>
  entries.filter(({ name, isFolder }) => isFolder && !name.startsWith(".") && !mediaFolders.test(name))
    .length > 1;

/** Whether folders may be classes here, or in each of the folders here, which are splits. */
function areClasses({ inside, folder }: LayoutFolder, entries: readonly Entry[]): boolean {
  if (hasClassFolders(entries)) return true;
  const folders = entries.flatMap(({ name, isFolder }) => (isFolder && !name.startsWith(".") ? [name] : []));
  return (
    folders.length > 0 &&
    folders.every(
      (name) => splitOfWord(name) !== undefined && hasClassFolders(folder.list(`${inside}${name}/`)),
    )
  );
}

/** Whether a JSON file begins with an array of objects. */
function holdsRows({ inside, folder }: LayoutFolder, name: string): boolean {
  if (!/\.json$/i.test(name)) return false;
  const head = fileSource(folder.resolve(inside + name, inside + name)).readNow(0, 4096);
  return /^\uFEFF?\s*\[\s*\{/.test(new TextDecoder().decode(head));
}

/** Decides about files beside the data: left out with a notice, or a fault if they may be data. */

import { mayBeData } from "../files/endings.js";
import { kindOfPath } from "../kinds.js";
import { type Contents, isDocument, type LayoutFolder } from "./folder.js";
import { looseFile, looseOther } from "./loose.js";

/**
 * Leave out files beside folders of data. Tables are faults, since they may hold the labels; so are entries that cannot be
 * followed, since they may be data.
 */
export function leaveOut(place: LayoutFolder, { folders, others, faults }: Contents): void {
  const { inside, log } = place;
  for (const fault of faults) log.faults.add(fault);
  for (const name of others)
    if (mayBeData(name)) log.faults.add(looseFile(inside + name));
    else if (folders.length > 0 || isDocument(name)) log.leftOut(inside + name);
    else log.faults.add(looseOther(place, name));
}

/** Leave out a text beside class folders without texts, such as `classes.txt`; any other media file is a fault. */
export function strayFile(
  { inside, folder, log }: LayoutFolder,
  name: string,
  folders: readonly string[],
): void {
  const isText = (file: string) => kindOfPath(file) === "text";
  const hasTexts = folders.some((label) =>
    folder.list(`${inside}${label}/`).some((file) => isText(file.name)),
  );
  if (isText(name) && !hasTexts) log.leftOut(inside + name);
  else log.faults.add(looseFile(inside + name));
}

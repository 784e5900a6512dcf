/** Checks the media files of a data set. */

import { Faults } from "../base/faults.js";
import type { Dataset } from "../data/types.js";
import { Media, modalities } from "../modality/index.js";
import { whereOf } from "./table.js";

/** Check the first bytes of every media file. @throws {InputError} which lists every file that cannot be read */
export async function checkMedia(dataset: Dataset, signal?: AbortSignal): Promise<void> {
  const faults = new Faults();
  for (const row of dataset.rows)
    for (const [name, value] of Object.entries(row.values)) {
      if (!(value instanceof Media)) continue;
      signal?.throwIfAborted();
      try {
        await modalities[dataset.kinds[name].kind].checkHead?.(value, whereOf(row, name));
      } catch (error) {
        faults.add(error);
      }
    }
  faults.throwAny();
}

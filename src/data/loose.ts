/** What errors say of files that lie in no class folder and that no metadata file describes. */

import { InputError } from "../base/errors.js";
import { someOf } from "./layout-log.js";
import type { Place } from "./place.js";
import { metadataFiles } from "./records.js";

/** A file beside class folders that may be data. */
export const looseFile = (where: string) =>
  new InputError({
    code: "data/loose-file",
    where,
    problem: "it is neither a class folder nor a metadata file",
    expected: `class-name/file folders, folders train, val and test of such, .tar or .zip archives alone, or one of ${metadataFiles.join(", ")}`,
    remedy: /\.(?:csv|tsv|jsonl|ndjson|parquet|xlsx?)$/i.test(where)
      ? "If it is the table of the data, rename it metadata.csv, with the columns file_name (a path such as images/1.png) and label; else move it away."
      : "Move it into the folder of its class or away, or describe the data in metadata.jsonl.",
  });

/** Media files and no folder. */
export const looseMedia = ({ root, inside }: Place, media: readonly string[]) =>
  new InputError({
    code: "data/loose-media",
    where: inside || root,
    problem: `it holds ${media.length} media ${media.length === 1 ? "file" : "files"} (${someOf(media, 3)}) and nothing that says what they are`,
    expected: "a folder a class (cat/1.jpg), or a metadata file with a row for each",
    remedy:
      'Move each file into the folder of its class, or add metadata.csv with the columns file_name and label. To have them predicted, give them to "metamodal predict --input".',
  });

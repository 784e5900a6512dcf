/**
 * Reads WebDataset shards: members of an archive with one name up to the first dot are one example, and the extension after
 * it determines the field (Aizman, Maltby, Breuel, 2019).
 *
 *   0001.jpg, 0001.wav, …   a modality named after its kind; 0001.front.jpg is a modality `front`
 *   0001.txt                its modality `text`
 *   0001.cls                its label
 *   0001.json               further fields of its row, as in metadata.jsonl
 *
 * If some member has no known extension then (`frame 2.5.png`), names are split at the last dot in the whole shard.
 */

import { InputError } from "../../base/errors.js";
import type { DatasetCard } from "../card.js";
import type { Folder } from "../files/media.js";
import type { Archive } from "../files/member.js";
import { parseJson } from "../formats/json.js";
import { decodeText } from "../formats/text.js";
import { extensionsOf, kindOfPath } from "../kinds.js";
import { isModalityName } from "../names.js";
import type { RawRecord } from "../record.js";
import type { Split } from "../splits.js";
import { isCompanion } from "./folder.js";
import type { LayoutLog } from "./log.js";
import { classesOfFiles } from "./teachable-machine.js";

type Fields = Record<string, unknown>;

const byFirstDot = /^((?:.*\/)?[^/.]+)\.([^/]+)$/;
const byLastDot = /^((?:.*\/)?[^/]+)\.([^/.]+)$/;

/** Whether the members of an archive are WebDataset examples, rather than files in class folders. */
export function isWebDataset(members: Archive): boolean {
  const names = [...members.keys()].filter((name) => !isCompanion(baseOf(name)));
  if (names.some((name) => /(?:^|\/)metadata\.[a-z.]+$/i.test(name)) || classesOfFiles(names)) return false;
  return names.some((name) => /\.(?:cls|json)$/i.test(name) || !name.includes("/"));
}

/** The records of shards, in order. `split` is the split of all records of a shard. */
export async function readShards(
  shards: readonly { path: string; split?: Split }[],
  folder: Folder,
  card: DatasetCard,
  log: LayoutLog,
): Promise<RawRecord[]> {
  const records: RawRecord[] = [];
  for (const { path, split } of shards) {
    const byKey = new Map<string, RawRecord>();
    const members = [...(await folder.archive(path, path))].filter(([name]) => !isLeftOut(name, path, log));
    const pattern = members.every(([name]) => isField(byFirstDot.exec(name)?.[2])) ? byFirstDot : byLastDot;
    for (const [name, { read }] of members) {
      const where = `${path}/${name}`;
      const [, key, ending] = pattern.exec(name) ?? [];
      if (!isField(ending)) {
        log.faults.add(unknownMember(where));
        continue;
      }
      const record = byKey.get(key) ?? {
        source: { file: `${path}/${key}` },
        id: `${path}/${key}`,
        fields: split ? { split } : {},
      };
      byKey.set(key, record);
      const text = async () => decodeText(await read(), where);
      record.fields = { ...record.fields, ...(await fieldsOf(ending.toLowerCase(), where, text, card)) };
    }
    for (const record of byKey.values()) records.push(record);
  }
  return records;
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Whether a member belongs to no example: a companion, or a hidden file, which is logged. */
function isLeftOut(name: string, archive: string, log: LayoutLog): boolean {
  const hidden = name.split("/").some((part) => part.startsWith("."));
  if (hidden) log.hidden(`${archive}/${name}`);
  return hidden || isCompanion(baseOf(name));
}

/** Whether an extension is that of a field: `cls`, `json`, `jpg`, `front.jpg`. */
function isField(ending: string | undefined): ending is string {
  if (ending === undefined) return false;
  const dot = ending.lastIndexOf(".");
  const known = /^(?:cls|json)$/i.test(ending) || kindOfPath(ending) !== undefined;
  return known && (dot < 0 || isModalityName(ending.slice(0, dot)));
}

async function fieldsOf(
  ending: string,
  where: string,
  text: () => Promise<string>,
  card: DatasetCard,
): Promise<Fields> {
  if (ending === "json") {
    const fields = parseJson(await text(), where);
    if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) return fields as Fields;
    throw notAnObject(where);
  }
  if (ending === "cls") {
    const label = (await text()).trim();
    return { label: card.task === "regression" && label !== "" ? Number(label) : label };
  }
  if (ending === "txt") return { text: (await text()).trim() };
  const dot = ending.lastIndexOf(".");
  const modality = dot < 0 ? kindOfPath(ending) : ending.slice(0, dot);
  return { [`${modality}_file_name`]: where };
}

const unknownMember = (where: string) =>
  new InputError({
    code: "data/unknown-member",
    where,
    problem: "the extension of the member is unknown",
    expected: `.json, .cls, .txt or one of ${extensionsOf()}`,
    remedy: "Make the shard again without it, or describe the data in metadata.jsonl.",
  });

const notAnObject = (where: string) =>
  new InputError({
    code: "data/bad-json",
    where,
    problem: "the member is not a JSON object",
    expected: "an object with the fields of a row",
    remedy: "Correct it, or leave it out of the shard.",
  });

/**
 * Reads WebDataset shards: the members of a tar archive that share a name up to the first dot are one example, and what
 * follows the dot says what each is (Aizman, Maltby, Breuel, 2019).
 *
 *   0001.jpg, 0001.wav, …   a modality named by its kind; 0001.front.jpg is one named `front`
 *   0001.txt                its modality `text`
 *   0001.cls                its label
 *   0001.json               further fields of its row, as in metadata.jsonl
 */

import { InputError } from "../base/errors.js";
import type { DatasetCard } from "./card.js";
import { extensionsOf, kindOfPath } from "./kinds.js";
import type { Folder } from "./media.js";
import type { RawRecord } from "./rows.js";
import { decodeText, parseJson } from "./text.js";
import type { Split } from "./types.js";

type Fields = Record<string, unknown>;

/** The records of the shards, in order; one that names a split is all of that split. */
export async function readShards(
  shards: readonly { path: string; split?: Split }[],
  folder: Folder,
  card: DatasetCard,
): Promise<RawRecord[]> {
  const records: RawRecord[] = [];
  for (const { path, split } of shards) {
    const byKey = new Map<string, RawRecord>();
    for (const [name, read] of await folder.shard(path, path)) {
      const [, key, ending] = /^((?:.*\/)?[^/.]+)\.([^/]+)$/.exec(name) ?? [];
      const where = `${path}/${name}`;
      if (key === undefined) throw unknownMember(where);
      const record = byKey.get(key) ?? {
        where: `${path}/${key}`,
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
  const kind = kindOfPath(ending);
  if (!kind) throw unknownMember(where);
  const dot = ending.lastIndexOf(".");
  const modality = dot < 0 ? kind : ending.slice(0, dot);
  return { [`${modality}_file_name`]: where };
}

const unknownMember = (where: string) =>
  new InputError({
    code: "data/unknown-member",
    where,
    problem: "the member's extension is of no known kind",
    expected: `.json, .cls, .txt or one of ${extensionsOf()}`,
    remedy: "Make the shard again without it, or describe the data in metadata.jsonl.",
  });

const notAnObject = (where: string) =>
  new InputError({
    code: "data/bad-json",
    where,
    problem: "the member is no JSON object",
    expected: "an object with the fields of a row",
    remedy: "Correct it, or leave it out of the shard.",
  });

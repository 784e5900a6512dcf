/** Reads the class names of integer labels of Hugging Face data sets: `ClassLabel` in the README or info file. */

import type { DatasetCard } from "../card.js";
import type { Folder } from "../files/media.js";
import { readText } from "../formats/text.js";
import { quoted } from "../listed.js";
import type { Notice } from "../notice.js";
import type { RawRecord } from "../record.js";
import { sourceOf } from "../record.js";

const files = ["README.md", "dataset_info.json", "dataset_infos.json"];

/** Replace integer labels by class names, if a file of one of the folders has them; the task is classification then. */
export async function nameClasses(
  folders: readonly Folder[],
  records: readonly RawRecord[],
  card: DatasetCard,
): Promise<{ card: DatasetCard; notices: Notice[] }> {
  const labels = records.flatMap(({ fields: { label } }) =>
    label === null || label === undefined || label === "" ? [] : [label],
  );
  const whole = labels.map((label) =>
    typeof label === "number" || (typeof label === "string" && /^\d+$/.test(label)) ? Number(label) : -1,
  );
  const none = { card, notices: [] };
  if (
    card.task === "regression" ||
    whole.length === 0 ||
    !whole.every((label) => Number.isInteger(label) && label >= -1)
  )
    return none;
  // -1 marks a row without a label.
  if (labels.some((label, i) => whole[i] === -1 && Number(label) !== -1)) return none;
  const places = folders.flatMap((folder) =>
    files.flatMap((file) => (folder.list("").some(({ name }) => name === file) ? [{ folder, file }] : [])),
  );
  for (const { folder, file } of places) {
    const names = await namesIn(folder, file);
    if (!names || Math.max(...whole) >= names.length) continue;
    for (const record of records) {
      const { label } = record.fields;
      if (label === null || label === undefined || label === "") continue;
      record.fields = { ...record.fields, label: Number(label) < 0 ? null : names[Number(label)] };
    }
    const text = `named the labels 0 to ${names.length - 1} by ${file}: ${names.slice(0, 5).map(quoted).join(", ")}${names.length > 5 ? ", …" : ""}`;
    return {
      card: { ...card, task: "classification" },
      notices: [{ code: "labels/names", where: sourceOf(records), text }],
    };
  }
  return none;
}

/** The class names of the feature `label`, or of the only `ClassLabel` feature. */
async function namesIn(folder: Folder, file: string): Promise<string[] | undefined> {
  let info: unknown;
  try {
    const text = await readText(folder.resolve(file, file), file);
    const front = file.endsWith(".md") ? /^---\r?\n(.*?)\r?\n---/s.exec(text)?.[1] : text;
    info = front === undefined ? undefined : (await import("yaml")).parse(front);
  } catch {
    return undefined;
  }
  const found = [...classLabels(info, "")];
  const own = found.find(([name]) => name === "label") ?? (found.length === 1 ? found[0] : undefined);
  return own?.[1];
}

/** Every `ClassLabel` feature with its class names: an object by number in YAML, a list in JSON. */
function* classLabels(value: unknown, key: string, depth = 0): Generator<[name: string, names: string[]]> {
  if (typeof value !== "object" || value === null || depth > 12) return;
  const entry = value as Record<string, unknown>;
  const dtype = entry.dtype as { class_label?: { names?: unknown } } | undefined;
  const isFeature = entry._type === "ClassLabel" && Array.isArray(entry.names);
  const names = isFeature ? entry.names : dtype?.class_label?.names;
  if (typeof names === "object" && names !== null)
    yield [typeof entry.name === "string" ? entry.name : key, Object.values(names).map(String)];
  else for (const [inner, child] of Object.entries(entry)) yield* classLabels(child, inner, depth + 1);
}

/**
 * Reads `.npz` files (numpy.savez) with the usual names of Keras, MedMNIST and scikit-learn: `x_train`, `y_train`, `x_test`, …;
 * `train_images`, `train_labels`, …; `X` and `y`; `arr_0` and `arr_1`.
 */

import { InputError } from "../../base/errors.js";
import type { DatasetCard } from "../card.js";
import type { Archive, Member } from "../files/member.js";
import { openZip } from "../files/zip.js";
import type { Note } from "../notice.js";
import type { RawRecord } from "../record.js";
import type { Split } from "../splits.js";
import { splitOfWord } from "../splits.js";
import { arrayRecords, type NamedArray } from "./arrays.js";
import type { DataFile } from "./data-file.js";
import { decodeNpyArray } from "./npy.js";

const inputWords = new Set([
  "x",
  "images",
  "image",
  "data",
  "features",
  "samples",
  "inputs",
  "input",
  "imgs",
  "vectors",
  "embeddings",
  "texts",
  "0",
]);
const labelWords = new Set(["y", "labels", "label", "target", "targets", "classes", "class", "1"]);

interface Role {
  readonly role: "inputs" | "labels" | undefined;
  readonly split: Split | undefined;
}

/** The role and split of an array by its name: `x_train` is the inputs of train. */
function roleOf(name: string): Role {
  const words = name
    .replace(/^arr_(?=\d$)/, "")
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[-_. ]+/);
  const split = words.map(splitOfWord).find((word) => word !== undefined);
  const rest = words.filter((word) => splitOfWord(word) === undefined);
  const role = rest.some((word) => labelWords.has(word))
    ? "labels"
    : rest.some((word) => inputWords.has(word))
      ? "inputs"
      : undefined;
  return { role, split };
}

/** The records of the inputs and labels of each split. Other arrays are left out with a notice. */
export async function readNpz(
  files: readonly DataFile[],
  card: DatasetCard,
  note: Note,
): Promise<RawRecord[]> {
  const records: RawRecord[] = [];
  for (const { path, where } of files) {
    const members = arraysOf(openZip(path, where));
    const names = [...members.keys()];
    const read = async (name: string): Promise<NamedArray> => {
      const at = `${where}/${name}`;
      return { where: at, ...decodeNpyArray((await members.get(name)?.read()) ?? new Uint8Array(0), at) };
    };
    const parts = partsOf(names);
    if (parts.length === 0) throw noPair(where, names);
    for (const { inputs, labels, split } of parts) {
      const arrays = await Promise.all(inputs.map(read));
      records.push(...arrayRecords({ inputs: arrays, labels: flat(await read(labels)), split }, card, note));
    }
    for (const [reason, left] of leftOut(names, parts))
      note({ code: "arrays/left-out", where, text: `left out ${left.join(", ")}: ${reason}` });
  }
  return records;
}

/** The arrays of an archive by name. */
const arraysOf = (members: Archive): ReadonlyMap<string, Member> =>
  new Map(
    [...members].flatMap(([name, member]) => (/\.npy$/i.test(name) ? [[name.slice(0, -4), member]] : [])),
  );

/** The array names of a split. */
interface Part {
  readonly inputs: readonly string[];
  readonly labels: string;
  readonly split: Split | undefined;
}

/** The splits with inputs and labels. */
function partsOf(names: readonly string[]): Part[] {
  const ofRole = (role: Role["role"]) => names.filter((name) => roleOf(name).role === role);
  const found = new Set(ofRole("inputs").map((name) => roleOf(name).split));
  return [...found].flatMap((split) => {
    const ofSplit = (name: string) => roleOf(name).split === split;
    const labels = ofRole("labels").find(ofSplit);
    return labels === undefined ? [] : [{ inputs: ofRole("inputs").filter(ofSplit), labels, split }];
  });
}

/** The names of unused arrays, by the reason. */
function leftOut(names: readonly string[], parts: readonly Part[]): ReadonlyMap<string, readonly string[]> {
  const used = new Set(parts.flatMap(({ inputs, labels }) => [...inputs, labels]));
  const reasonOf = (name: string): string => {
    const { role, split } = roleOf(name);
    if (role === undefined) return "neither inputs nor labels by name";
    if (role === "inputs") return "without labels";
    const part = parts.find((part) => part.split === split);
    return part ? `labels beside ${part.labels}` : "without inputs";
  };
  const reasons = new Map<string, string[]>();
  for (const name of names)
    if (!used.has(name)) {
      const reason = reasonOf(name);
      reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
    }
  return reasons;
}

/** Reshape labels [rows, 1] to [rows]. */
const flat = (labels: NamedArray): NamedArray =>
  labels.shape.length === 2 && labels.shape[1] === 1 ? { ...labels, shape: [labels.shape[0]] } : labels;

const noPair = (where: string, names: readonly string[]) =>
  new InputError({
    code: "data/bad-npz",
    where,
    problem: `its arrays are ${names.join(", ") || "none"}`,
    expected: "arrays of inputs and labels: x_train and y_train, train_images and train_labels, or X and y",
    remedy: "Save them again by these names (numpy.savez(path, X=…, y=…)), or write metadata.jsonl.",
  });

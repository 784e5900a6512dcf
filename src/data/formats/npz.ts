/**
 * Reads `.npz` (numpy.savez) as Keras, MedMNIST and scikit-learn's users write it: `x_train`, `y_train`, `x_test`, …;
 * `train_images`, `train_labels`, …; `X` and `y`; `arr_0` and `arr_1`.
 */

import { InputError } from "../../base/errors.js";
import type { DatasetCard } from "../card.js";
import { openZip } from "../files/zip.js";
import type { Note } from "../notice.js";
import { decodeNpyArray } from "../npy.js";
import type { RawRecord } from "../rows.js";
import { splitOfWord } from "../split-words.js";
import type { Split } from "../types.js";
import { arrayRecords, type NamedArray } from "./arrays.js";
import type { DataFile } from "./types.js";

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

/** What an array is by its name: `x_train` is the inputs of train. */
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

/** The records of the files. Arrays that are neither inputs nor labels by their names are left out, with a notice. */
export async function readNpz(
  files: readonly DataFile[],
  card: DatasetCard,
  note: Note,
): Promise<RawRecord[]> {
  const records: RawRecord[] = [];
  for (const { path, where } of files) {
    const members = openZip(path, where);
    const names = [...members.keys()]
      .filter((name) => name.endsWith(".npy"))
      .map((name) => name.slice(0, -4));
    const read = async (name: string): Promise<NamedArray> => {
      const at = `${where}/${name}`;
      const member = members.get(`${name}.npy`);
      return { where: at, ...decodeNpyArray(member ? await member.read() : new Uint8Array(0), at) };
    };
    const used = new Set<string>();
    const inputs = names.filter((name) => roleOf(name).role === "inputs");
    for (const name of inputs) {
      const { split } = roleOf(name);
      const labels = names.find((other) => roleOf(other).role === "labels" && roleOf(other).split === split);
      if (labels === undefined) continue;
      used.add(name).add(labels);
      records.push(
        ...arrayRecords({ inputs: await read(name), labels: flat(await read(labels)), split }, card),
      );
    }
    if (used.size === 0) throw noPair(where, names);
    const left = names.filter((name) => !used.has(name));
    if (left.length > 0)
      note({
        code: "arrays/left-out",
        where,
        text: `left out ${left.join(", ")}: neither inputs nor labels by name`,
      });
  }
  return records;
}

/** Labels of shape [rows, 1] as [rows]. */
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

/**
 * The file of a taught task, a zip archive: `task.json` (examples without their vectors, kinds, encoders, report),
 * `vectors.safetensors` (the vectors by expert, `[examples that have it, length]`) and, if asked for, the examples
 * themselves in `examples/`. Equal tasks are equal bytes.
 */

import { zipSync } from "fflate";
import { z } from "zod";
import { float32, type NDArray } from "../base/array.js";
import { InputError } from "../base/errors.js";
import { decodeSafetensors, encodeSafetensors } from "../base/safetensors.js";
import { ONE_PARSE } from "../base/schema.js";
import { bytesSource } from "../data/files/source.js";
import { zipOf } from "../data/files/zip.js";
import type { Reading } from "../data/index.js";
import { frozenModality, modalityKinds } from "../modality/index.js";
import { faultOf } from "./check-file.js";
import { checkEncoders, encodersOf, identity } from "./identities.js";
import type { TaskReport } from "./report.js";
import type { EmbeddedExample, SupportValue } from "./types.js";

const FORMAT = "metamodal-taught-task";
const VERSION = 1;
/** The time of all members: the earliest that a zip archive can state, whatever the time zone. */
const TIME = new Date(1980, 0, 1, 12);

/** Whether a value may be what this version wrote as an object. */
const isObject = (value: unknown) => typeof value === "object" && value !== null;

const example = z.strictObject({
  id: z.string(),
  label: z.string().optional(),
  target: z.number().optional(),
  group: z.string().optional(),
  digests: z.record(z.string(), z.string()),
  values: z.record(z.string(), z.custom<SupportValue>(isObject)),
  /** The row of its vector in the array of each expert. */
  rows: z.record(z.string(), z.int().min(0)),
});
const schema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  task: z.enum(["classification", "regression"]),
  kinds: z.record(z.string(), z.strictObject({ kind: z.enum(modalityKinds), options: z.looseObject({}) })),
  reading: z.custom<Reading>(isObject).optional(),
  labelShots: z.int().min(0),
  /** The built-in encoders that made the vectors, by kind. */
  encoders: z.partialRecord(z.enum(modalityKinds), identity),
  /** Pretrained encoders in place of them, by modality. */
  pretrained: z.record(z.string(), frozenModality.spec).default({}),
  /** Names of kept examples by id and modality. */
  kept: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  examples: z.array(example).min(1),
  report: z.custom<TaskReport>(isObject).optional(),
});
type Card = z.output<typeof schema>;

/** The contents of a task file. */
export interface TaskFile extends Omit<Card, "format" | "version" | "encoders" | "examples" | "kept"> {
  readonly examples: readonly EmbeddedExample[];
  /** The values themselves, by `id` and modality. */
  readonly originals?: ReadonlyMap<string, Readonly<Record<string, Uint8Array>>>;
}

/** The bytes of a task file. */
export function encodeTaskFile(file: TaskFile): Uint8Array {
  const { examples, originals, task, kinds: declared, reading, labelShots, pretrained, report } = file;
  const lists = new Map<string, Float32Array[]>();
  const stored = examples.map(({ vectors, ...rest }): Card["examples"][number] => {
    const rows: Record<string, number> = {};
    for (const [expert, vector] of Object.entries(vectors)) {
      const list = lists.get(expert) ?? [];
      rows[expert] = list.push(vector) - 1;
      lists.set(expert, list);
    }
    return { ...rest, rows };
  });
  const arrays: Record<string, NDArray> = {};
  for (const [expert, list] of lists) arrays[expert] = stacked(list);
  const encoders = encodersOf(file);
  const files: Record<string, Uint8Array> = {};
  const kept: Record<string, Record<string, string>> = {};
  for (const { id } of examples)
    for (const [modality, bytes] of Object.entries(originals?.get(id) ?? {})) {
      const file = `examples/${String(Object.keys(files).length).padStart(5, "0")}`;
      files[file] = bytes;
      kept[id] = { ...kept[id], [modality]: file };
    }
  const contents: Card = {
    format: FORMAT,
    version: VERSION,
    ...{ task, kinds: declared, reading, labelShots, encoders, pretrained, kept: originals && kept },
    examples: stored,
    report,
  };
  const json = new TextEncoder().encode(`${JSON.stringify(contents, null, 1)}\n`);
  const members = {
    "task.json": json,
    "vectors.safetensors": encodeSafetensors({ arrays, metadata: {} }),
    ...files,
  };
  return zipSync(members, { level: 6, mtime: TIME });
}

function stacked(vectors: readonly Float32Array[]): NDArray {
  const [{ length }] = vectors;
  const array = float32(new Float32Array(vectors.length * length), [vectors.length, length]);
  for (const [i, vector] of vectors.entries()) array.data.set(vector, i * length);
  return array;
}

/**
 * Read the bytes of a task file; `where` is its name in errors.
 *
 * @throws {InputError} `task/bad-file` for a file that is no task, `task/other-encoders` for one that other versions of the
 * built-in encoders made
 */
export function decodeTaskFile(bytes: Uint8Array, where: string): TaskFile {
  const members = zipOf(bytesSource(bytes), where);
  const bytesOf = (name: string): Uint8Array => {
    const member = members.get(name);
    if (!member) throw badFile(where, `it has no ${name}`);
    return member.readNow();
  };
  const {
    format: _,
    version: __,
    encoders,
    kept,
    examples,
    ...card
  } = parseCard(where, bytesOf("task.json"));
  checkEncoders(encoders, where);
  const { arrays } = decodeSafetensors(bytesOf("vectors.safetensors"), `${where}/vectors.safetensors`);
  const restored = examples.map(({ rows, ...rest }): EmbeddedExample => {
    const vectors = Object.entries(rows).map(([expert, row]) => {
      const array = Object.hasOwn(arrays, expert) ? arrays[expert] : undefined;
      const [count = 0, length = 0] = array?.shape ?? [];
      if (!array || row >= count) throw badFile(where, `example "${rest.id}" has no vector of ${expert}`);
      return [
        expert,
        Float32Array.from((array.data as Float32Array).subarray(row * length, (row + 1) * length)),
      ];
    });
    return { ...rest, vectors: Object.fromEntries(vectors) };
  });
  const fault = faultOf({ ...card, encoders, examples: restored });
  if (fault !== undefined) throw badFile(where, fault);
  const originals =
    kept &&
    new Map(
      Object.entries(kept).map(([id, files]) => [
        id,
        Object.fromEntries(Object.entries(files).map(([name, file]) => [name, bytesOf(file)])),
      ]),
    );
  return { ...card, examples: restored, ...(originals && { originals }) };
}

function parseCard(where: string, bytes: Uint8Array): Card {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw badFile(where, `task.json is not JSON (${(error as Error).message})`);
  }
  const card = schema.safeParse(json, ONE_PARSE);
  if (card.success) return card.data;
  const [issue] = card.error.issues;
  throw badFile(where, `task.json, field "${issue.path.join(".")}": ${issue.message}`);
}

const badFile = (where: string, problem: string) =>
  new InputError({
    code: "task/bad-file",
    where,
    problem,
    expected: "a task file, as `teach` writes it",
    remedy: "Teach the task again, or copy the file again.",
  });

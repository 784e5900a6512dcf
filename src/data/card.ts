/** `dataset.json`: the optional card of a data set folder, with its name, licence, task and modality kinds. */

import { z } from "zod";
import { InputError } from "../base/errors.js";
import { type ColumnDeclaration, columnSchema, modalityKinds, shown } from "../modality/index.js";
import type { Folder } from "./files/media.js";
import { parseJson, readText } from "./formats/text.js";
import { checkModalityName, normalName } from "./names.js";
import { type DeclaredModality, type TaskKind, taskKinds } from "./types.js";

/** A checked card. */
export interface DatasetCard {
  name?: string;
  licence?: string;
  /** What the labels are: `regression` reads texts as numbers, `classification` numbers as names. */
  task?: TaskKind;
  /** Whether each group is a task of its own: a user of a recommender, a table among tables. */
  groupAsTask?: boolean;
  /** The columns of a table that are the label, texts, names of files, the group and the split. */
  label?: string | string[];
  text?: string | string[];
  image?: string | string[];
  group?: string;
  split?: string;
  /** How columns are read that no modality lists. */
  columns?: ColumnDeclaration[];
  modalities: Record<string, DeclaredModality>;
}

/** `{ kind, ...options }` by modality; the options are checked when the modality is planned. */
export type ModalityDeclarations = Record<string, { kind: string; [option: string]: unknown }>;

const declarations = z.record(z.string(), z.looseObject({ kind: z.enum(modalityKinds) }));
const column = z.string().min(1);
const columns = z.union([column, z.array(column).min(1)]);
const cardSchema = z.strictObject({
  name: z.string().optional(),
  licence: z.string().optional(),
  task: z.enum(taskKinds).optional(),
  groupAsTask: z.boolean().optional(),
  label: columns.optional(),
  text: columns.optional(),
  image: columns.optional(),
  group: column.optional(),
  split: column.optional(),
  columns: z.array(columnSchema).optional(),
  modalities: declarations.default({}),
});

export const cardFile = "dataset.json";

/** Check declared modalities, of a card or of an in-memory data set. */
export function parseCard(value: unknown, where: string): DatasetCard {
  // Before the schema, which passes over "__proto__".
  const { modalities: declared } = (value ?? {}) as { modalities?: object };
  for (const name of Object.keys(declared ?? {})) checkModalityName(name, `${where}, field "modalities"`);
  const result = cardSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const found = issue.path.reduce((inner, key) => (inner as never)?.[key], value);
    const problem =
      issue.code === "unrecognized_keys"
        ? `there is no field "${issue.keys[0]}"`
        : `the value is ${shown(found)}`;
    throw badCard(issue.path.length ? `${where}, field "${issue.path.join(".")}"` : where, problem);
  }
  const { modalities, ...card } = result.data;
  const split = Object.entries(modalities).map(([modality, { kind, ...options }]) => [
    normalName(modality),
    { kind, options },
  ]);
  return { ...card, modalities: Object.fromEntries(split) };
}

/** Read the card of a folder; a folder without one has no declarations. */
export async function readCard(folder: Folder): Promise<DatasetCard> {
  if (!folder.list("").some(({ name }) => name === cardFile)) return { modalities: {} };
  return parseCard(
    parseJson(await readText(folder.resolve(cardFile, cardFile), cardFile), cardFile),
    cardFile,
  );
}

const badCard = (where: string, problem: string) =>
  new InputError({
    code: "data/bad-card",
    where,
    problem,
    expected:
      '{ "name", "licence", "task", "groupAsTask", "label", "text", "image", "group", "split", "columns", "modalities": { "<modality>": { "kind", …options } } }, all optional',
    remedy: `The kinds are ${modalityKinds.join(", ")}; the tasks are ${taskKinds.join(", ")}; groupAsTask is true or false.`,
  });

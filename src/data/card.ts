/** `dataset.json`: the optional card of a data folder, with its name, licence, task, column roles and modalities. */

import { z } from "zod";
import { InputError } from "../base/errors.js";
import { columnSchema, type ModalityKind, modalityKinds, shown } from "../modality/index.js";
import { roleSchemas } from "./columns/roles.js";
import type { Folder } from "./files/media.js";
import { parseJson } from "./formats/json.js";
import { readText } from "./formats/text.js";
import { checkModalityName, normalName } from "./names.js";
import { taskKinds } from "./task.js";

/** A modality's kind, and the options from `dataset.json` that its plan takes. */
export interface DeclaredModality {
  kind: ModalityKind;
  options: Record<string, unknown>;
}

/** `{ kind, ...options }` by modality. The options are checked when the modality is planned. */
export type ModalityDeclarations = Record<string, { kind: string; [option: string]: unknown }>;

const cardSchema = z.strictObject({
  name: z.string().optional(),
  licence: z.string().optional(),
  /** `regression` reads text labels as numbers, `classification` numeric labels as class names. */
  task: z.enum(taskKinds).optional(),
  /** Whether each group is a task of its own: a user of a recommender, a table among tables. */
  groupAsTask: z.boolean().optional(),
  ...roleSchemas,
  /** Declarations of table columns that no modality lists. */
  columns: z.array(columnSchema).optional(),
  modalities: z.record(z.string(), z.looseObject({ kind: z.enum(modalityKinds) })).default({}),
});

/** A checked card. */
export interface DatasetCard extends Omit<z.infer<typeof cardSchema>, "modalities"> {
  modalities: Record<string, DeclaredModality>;
}

export const cardFile = "dataset.json";

/** Check a card, of a folder or of an in-memory data set. @throws {InputError} data/bad-card, data/bad-modality-name */
export function parseCard(value: unknown, where: string): DatasetCard {
  // Before the schema, which ignores the key "__proto__".
  const { modalities: declared } = (value ?? {}) as { modalities?: object };
  for (const name of Object.keys(declared ?? {})) checkModalityName(name, `${where}, field "modalities"`);
  const result = cardSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const problem =
      issue.code === "unrecognized_keys"
        ? `there is no field "${issue.keys[0]}"`
        : `the value is ${shown(valueAt(value, issue.path))}`;
    throw badCard(issue.path.length ? `${where}, field "${issue.path.join(".")}"` : where, problem);
  }
  const { modalities, ...card } = result.data;
  const declarations = Object.entries(modalities).map(([modality, { kind, ...options }]) => [
    normalName(modality),
    { kind, options },
  ]);
  return { ...card, modalities: Object.fromEntries(declarations) };
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);

/** Read the card of a folder. A folder without one declares nothing. */
export async function readCard(folder: Folder): Promise<DatasetCard> {
  if (!folder.list("").some(({ name }) => name === cardFile)) return { modalities: {} };
  const text = await readText(folder.resolve(cardFile, cardFile), cardFile);
  return parseCard(parseJson(text, cardFile), cardFile);
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

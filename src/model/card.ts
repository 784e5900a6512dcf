/** `model.json`, the card of a model folder: its schema, encoding and decoding. */

import { z } from "zod";
import { InputError } from "../base/errors.js";
import { ONE_PARSE } from "../base/schema.js";
import { checkModalityName, type Reading, taskKinds } from "../data/index.js";
import type { HeldRows, TargetScale } from "../episode/index.js";
import { type ModalitySpec, modalityFor } from "../modality/index.js";
import { type CertaintyCard, certaintySchema } from "./certainty.js";
import { FORMAT_VERSION, migrateCard, OLDEST_VERSION } from "./migration.js";
import { parseRecipe, type Recipe } from "./recipe.js";
import { sealCard } from "./seal.js";

/** Whether a folder name stays inside the folder it is joined to. */
const staysInside = (name: string) => !name.split(/[\\/]/).some((part) => part === "" || part === "..");

const names = z.union([z.string(), z.array(z.string())]);
const readingSchema = z.object({
  label: names.optional(),
  group: z.string().optional(),
  split: z.string().optional(),
  task: z.enum(taskKinds).optional(),
  media: z.record(z.string(), z.string()).optional(),
  texts: z.record(z.string(), z.string()).optional(),
});

const classesSchema = z.object({
  /** Classes that the model was trained on; evaluation refuses them. */
  train: z.array(z.string()),
  val: z.array(z.string()),
  test: z.array(z.string()),
  /** Train classes of the models that training started from. */
  seen: z.array(z.string()).optional(),
});

const dataSchema = z.object({
  name: z.string(),
  licence: z.string().optional(),
  rows: z.number(),
  unusedRows: z.number(),
  reading: readingSchema.optional(),
});

const validationSchema = z.object({
  accuracy: z.number().optional(),
  /** Mean squared error of a regression model. */
  mse: z.number().optional(),
  /** Half-width of the 95 % interval of accuracy or mse. */
  halfWidth: z.number(),
  way: z.number(),
  /** Support examples per class; 0 for closed (supervised) training. */
  shot: z.number(),
  /** Validation episodes, or held-out rows for closed (supervised) training. */
  episodes: z.number(),
});

/** The score of a model on validation episodes. */
export type ValidationCard = z.infer<typeof validationSchema>;

const triedSchema = z.object({
  /** `default encoders` or `from scratch`. */
  name: z.string(),
  accuracy: z.number(),
  halfWidth: z.number(),
});

/** A recipe that was tried, by its name, and the accuracy of its model on validation episodes. */
export type TriedRecipe = Readonly<z.infer<typeof triedSchema>>;

const trainingSchema = z.object({
  steps: z.number(),
  /** The step whose weights these are: the best on the validation classes. */
  selectedStep: z.number(),
  validation: validationSchema.nullable(),
  /** What computed the programs: `onnxruntime`, `wasm` or `wasm-relaxed`; absent in models of earlier versions. */
  runtime: z.string().optional(),
  /** The validation scores of the recipes that were tried, if there were several; the model is the best one's. */
  tried: z.array(triedSchema).optional(),
});

const cardSchema = z.looseObject({
  format: z.literal("metamodal-model"),
  version: z.number().int(),
  recipe: z.unknown(),
  modalities: z.record(z.string(), z.looseObject({ kind: z.string(), shape: z.array(z.number()) })),
  classes: classesSchema,
  targets: z.object({ mean: z.number(), within: z.number().min(0), between: z.number().min(0) }).optional(),
  held: z.object({ val: z.array(z.string()), test: z.array(z.string()) }).optional(),
  data: dataSchema,
  training: trainingSchema,
  /** Absent in models of earlier versions. */
  certainty: certaintySchema.nullable().default(null),
  alone: z.array(z.string().refine(staysInside, "the name leads out of the folder")),
  libraries: z.record(z.string(), z.string()),
});

/** The contents of `model.json`. */
export interface ModelCard {
  readonly recipe: Recipe;
  /** How the values of each modality become arrays. */
  readonly modalities: Readonly<Record<string, ModalitySpec>>;
  /** The classes of each split, or the groups if the model was trained for regression. */
  readonly classes: Readonly<z.infer<typeof classesSchema>>;
  /** Mean and deviations by which regression targets are standardised; absent if targets were not standardised. */
  readonly targets?: TargetScale;
  /** The ids of held-out rows in closed (supervised) training on data that declare no split. */
  readonly held?: HeldRows;
  readonly data: Readonly<Omit<z.infer<typeof dataSchema>, "reading">> & {
    /** How columns were interpreted; later data with the same columns are read alike. */
    readonly reading?: Reading;
  };
  readonly training: Readonly<z.infer<typeof trainingSchema>>;
  /** Null for regression, and in models of earlier versions. */
  readonly certainty: CertaintyCard | null;
  /** The modalities that have a unimodal model in the folder. */
  readonly alone: string[];
  /** Versions of metamodal and of its engine's libraries. */
  readonly libraries: Record<string, string>;
}

/**
 * The text of `model.json`, with the digests of `files`, contents by name. Decoding and encoding it again gives the same
 * text, since tasks store a digest of it.
 */
export function encodeCard(card: ModelCard, files: Readonly<Record<string, Uint8Array>>): string {
  const certainty = card.certainty && certaintySchema.parse(card.certainty, ONE_PARSE);
  const json = { format: "metamodal-model", version: FORMAT_VERSION, ...card, certainty };
  return sealCard(json, files);
}

/**
 * Parse `model.json`; `where` names the file in errors.
 *
 * @throws {InputError} `model/bad-card`
 */
export function decodeCard(text: string, where: string): ModelCard {
  const bad = (problem: string, expected: string, remedy: string) =>
    new InputError({ code: "model/bad-card", where, problem, expected, remedy });
  const again = "Copy the folder again from its source, or train it again.";
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw bad((error as Error).message, "a complete JSON object", again);
  }
  const { version, format } = (json ?? {}) as Record<string, unknown>;
  const isKnown = (number: number) => number >= OLDEST_VERSION && number <= FORMAT_VERSION;
  if (format === "metamodal-model" && typeof version === "number" && !isKnown(version))
    throw bad(
      `field "version" is ${version}`,
      `${OLDEST_VERSION} to ${FORMAT_VERSION}, the formats this metamodal reads`,
      version > FORMAT_VERSION ? "Update metamodal." : "Train the model again.",
    );
  const result = cardSchema.safeParse(migrateCard(json, Number(version)), ONE_PARSE);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw bad(`field "${issue.path.join(".")}": ${issue.message}`, "what metamodal writes", again);
  }
  const { format: _, version: __, digests: ___, sha256: ____, ...card } = result.data;
  const modalities = card.modalities as ModelCard["modalities"];
  for (const [name, spec] of Object.entries(modalities)) {
    const field = `modalities.${name}`;
    checkModalityName(name, `${where}, field "modalities"`);
    const read = modalityFor(spec, `${where}, field "${field}"`).spec.safeParse(spec, ONE_PARSE);
    if (read.success) continue;
    const [{ path, message }] = read.error.issues;
    throw bad(`field "${[field, ...path].join(".")}": ${message}`, "what metamodal writes", again);
  }
  // Recipes of early versions did not store these two fields; their defaults were others then.
  const stated = { fusion: "gated", auxiliary: "none", ...(card.recipe as object) };
  return { ...card, modalities, recipe: parseRecipe(stated, `${where}, recipe`) };
}

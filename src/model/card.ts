/** model.json: what a model folder says of itself, checked when it is read. */

import { z } from "zod";
import { InputError } from "../base/errors.js";
import { checkModalityName, type Reading, taskKinds } from "../data/index.js";
import type { HeldRows, TargetScale } from "../episode/index.js";
import { type ModalitySpec, modalityFor } from "../modality/index.js";
import { type CertaintyCard, certaintySchema } from "./certainty.js";
import { FORMAT_VERSION, migrateCard, OLDEST_VERSION } from "./migration.js";
import { parseRecipe, type Recipe } from "./recipe.js";

/** A folder's name that stays inside the folder it is joined to. */
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

const cardSchema = z.looseObject({
  format: z.literal("metamodal-model"),
  version: z.number().int(),
  recipe: z.unknown(),
  modalities: z.record(z.string(), z.looseObject({ kind: z.string() })),
  classes: z.object({
    train: z.array(z.string()),
    val: z.array(z.string()),
    test: z.array(z.string()),
    seen: z.array(z.string()).optional(),
  }),
  targets: z.object({ mean: z.number(), within: z.number().min(0), between: z.number().min(0) }).optional(),
  held: z.object({ val: z.array(z.string()), test: z.array(z.string()) }).optional(),
  data: z.object({
    name: z.string(),
    licence: z.string().optional(),
    rows: z.number(),
    unusedRows: z.number(),
    reading: readingSchema.optional(),
  }),
  training: z.object({
    steps: z.number(),
    selectedStep: z.number(),
    validation: z
      .object({
        accuracy: z.number().optional(),
        mse: z.number().optional(),
        halfWidth: z.number(),
        way: z.number(),
        shot: z.number(),
        episodes: z.number(),
      })
      .nullable(),
  }),
  /** Models of earlier versions have none. */
  certainty: certaintySchema.nullable().default(null),
  alone: z.array(z.string().refine(staysInside, "the name leads out of the folder")),
  libraries: z.record(z.string(), z.string()),
});

/**
 * How the model did on the validation classes: `accuracy`, or `mse` where labels are numbers. Of closed training, each
 * row held out is an episode of no shot.
 */
export interface ValidationCard {
  accuracy?: number;
  mse?: number;
  halfWidth: number;
  way: number;
  shot: number;
  episodes: number;
}

/** The contents of model.json. */
export interface ModelCard {
  readonly recipe: Recipe;
  /** How each modality's values become arrays. */
  readonly modalities: Readonly<Record<string, ModalitySpec>>;
  /** The split of the classes, or of the groups where labels are numbers; evaluation refuses what was trained on. */
  readonly classes: {
    readonly train: string[];
    readonly val: string[];
    readonly test: string[];
    /** What the models that it started from were trained on. */
    readonly seen?: string[];
  };
  /** How number labels are standardised; absent where labels are classes, and in models that read them as they are. */
  readonly targets?: TargetScale;
  /** Of closed training whose data declare no split of their own: the ids of the rows held out. */
  readonly held?: HeldRows;
  readonly data: {
    name: string;
    licence?: string;
    rows: number;
    unusedRows: number;
    /** How the columns of its data were taken: later data of the same columns are read alike. */
    reading?: Reading;
  };
  readonly training: {
    steps: number;
    /** The step whose parameters these are: the best on the validation classes. */
    selectedStep: number;
    validation: ValidationCard | null;
  };
  /** Null where labels are numbers, and in models of earlier versions. */
  readonly certainty: CertaintyCard | null;
  /** The modalities that models of their own were trained on. */
  readonly alone: string[];
  readonly libraries: Record<string, string>;
}

/** The text of model.json, the same once it was read again: tasks keep a digest of it. */
export function encodeCard(card: ModelCard): string {
  const certainty = card.certainty && certaintySchema.parse(card.certainty);
  const json = { format: "metamodal-model", version: FORMAT_VERSION, ...card, certainty };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** Read model.json; `where` names the file in errors. */
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
  const result = cardSchema.safeParse(migrateCard(json, Number(version)));
  if (!result.success) {
    const [issue] = result.error.issues;
    throw bad(`field "${issue.path.join(".")}": ${issue.message}`, "what metamodal writes", again);
  }
  const { format: _, version: __, ...card } = result.data;
  for (const [name, spec] of Object.entries(card.modalities)) {
    const field = `modalities.${name}`;
    checkModalityName(name, `${where}, field "modalities"`);
    const read = modalityFor(spec as never, `${where}, field "${field}"`).spec.safeParse(spec);
    if (read.success) continue;
    const [{ path, message }] = read.error.issues;
    throw bad(`field "${[field, ...path].join(".")}": ${message}`, "what metamodal writes", again);
  }
  // What a recipe does not state is what was the default when it was written, before it was stored.
  const stated = { fusion: "gated", auxiliary: "none", ...(card.recipe as object) };
  return { ...(card as unknown as ModelCard), recipe: parseRecipe(stated, `${where}, recipe`) };
}

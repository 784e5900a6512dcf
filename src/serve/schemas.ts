/** Requests and replies of the server: they check what arrives, describe it in /openapi.json, and type the client. */

import { z } from "zod";
import { isModalityName } from "../data/names.js";

const LONGEST_NAME = 200;
const LONGEST_TEXT = 200_000;
const LONGEST_VECTOR = 100_000;

const name = z.string().min(1).max(LONGEST_NAME);
const cell = z.union([z.string().max(LONGEST_TEXT), z.number(), z.boolean(), z.null()]);

/** The bytes of an image or sound file, in base64. */
const file = z
  .strictObject({ base64: z.string().min(1).meta({ contentEncoding: "base64" }) })
  .meta({ id: "File", description: "The bytes of an image or sound file" });

/** A value of a modality. */
export const valueSchema = z
  .union([
    z.string().min(1).max(LONGEST_TEXT).meta({ description: "A text" }),
    file,
    z.array(z.number()).min(1).max(LONGEST_VECTOR).meta({ description: "A vector" }),
    z
      .array(z.array(z.array(z.number()).min(2).max(3)).min(1).max(LONGEST_VECTOR))
      .min(1)
      .max(10_000)
      .meta({ description: "Strokes: each a list of points [x, y]" }),
    z.record(z.string(), cell).meta({ description: "A row of a table: cells by column" }),
  ])
  .meta({ id: "Value" });

/** Values by modality beside the fields of an example. */
const modalityNames = (example: object, fixed: readonly string[]) => {
  const names = Object.keys(example).filter((key) => !fixed.includes(key));
  return names.length > 0 && names.every(isModalityName);
};
const NAMES = "at least one modality, whose name is a letter followed by letters, digits, _ and -";

/** An example with its class or number. */
export const labelledSchema = z
  .object({
    id: name.optional().meta({ description: "By default, a digest of the label and the values" }),
    label: z
      .union([name, z.number()])
      .meta({ description: "The class; a number for a task of numbers (regression)" }),
    group: name.optional().meta({ description: "The origin: examples of one are left out together" }),
  })
  .catchall(valueSchema)
  .refine((example) => modalityNames(example, ["id", "label", "group"]), { error: NAMES })
  .meta({ id: "LabelledExample", description: "A label, and a value per modality that the example has" });

/** An example to predict. */
export const querySchema = z
  .object({ id: name.optional() })
  .catchall(valueSchema)
  .refine((example) => modalityNames(example, ["id"]), { error: NAMES })
  .meta({ id: "Query", description: "A value per modality that the example has" });

export const teachSchema = z
  .strictObject({
    name: name.optional(),
    labelShots: z.int().min(0).max(16).optional().meta({
      description: "Further support examples per class that are the class name as text; default 0",
    }),
    examples: z.array(labelledSchema).min(2),
  })
  .meta({ id: "Teach" });

export const addSchema = z.strictObject({ examples: z.array(labelledSchema).min(1) }).meta({ id: "Add" });

export const predictSchema = z
  .strictObject({ examples: z.array(querySchema).min(1) })
  .meta({ id: "Predict" });

const share = z.object({
  accuracy: z.number(),
  interval: z.tuple([z.number(), z.number()]),
  correct: z.int(),
  count: z.int(),
});

export const taskSchema = z
  .object({
    id: z.string(),
    name: z.string().optional(),
    version: z.int().meta({ description: "Grows with each change; the ETag" }),
    model: z.string().optional().meta({ description: "SHA-256 of the trained model, if it is of one" }),
    task: z.enum(["classification", "regression"]),
    classes: z.array(z.object({ name: z.string(), examples: z.int() })),
    examples: z.int(),
    modalities: z.array(z.object({ name: z.string(), kind: z.string() })),
    accuracy: share.optional().meta({ description: "Cross-validated on the task's own examples" }),
    reason: z.string().optional().meta({ description: "Why there is no accuracy yet" }),
    created: z.string(),
    changed: z.string(),
  })
  .meta({ id: "Task" });

const noticeSchema = z.object({ code: z.string(), text: z.string() });

export const changeSchema = z
  .object({
    task: taskSchema,
    added: z.array(z.string()).meta({ description: "Ids of the examples that were added" }),
    repeated: z.array(z.string()).meta({ description: "Ids of examples that the task has already" }),
    notices: z.array(noticeSchema).meta({ description: "What was left out, and why" }),
  })
  .meta({ id: "Change" });

export const tasksSchema = z
  .object({
    tasks: z.array(taskSchema),
    next: z.string().optional().meta({ description: "The id to give as `after` for the next page" }),
  })
  .meta({ id: "Tasks" });

export const examplesSchema = z
  .object({
    examples: z.array(
      z.object({ id: z.string(), label: z.string().optional(), target: z.number().optional() }),
    ),
    next: z.string().optional(),
  })
  .meta({ id: "Examples" });

const nearest = z.object({ id: z.string(), label: z.string().optional(), similarity: z.number() });

const predictionSchema = z
  .object({
    id: z.string(),
    label: z.string().optional(),
    probabilities: z.record(z.string(), z.number()).optional(),
    unknown: z.boolean().optional(),
    value: z.number().optional(),
    weights: z.record(z.string(), z.number()),
    nearest: z.array(nearest.loose()).optional(),
    isTaught: z.boolean().optional(),
  })
  .meta({ id: "Prediction" });

export const predictionsSchema = z
  .object({ predictions: z.array(predictionSchema) })
  .meta({ id: "Predictions" });

export const errorSchema = z
  .object({
    code: z.string().meta({ description: "Stable: `serve/no-task`, `data/bad-stroke`" }),
    message: z.string(),
    where: z.string(),
    expected: z.string(),
    remedy: z.string(),
  })
  .meta({ id: "Error" });

/** A value of a modality. */
export type Value = z.input<typeof valueSchema>;

/** An example with its class or number; every other key is a modality. */
export interface LabelledExample {
  readonly id?: string;
  readonly label: string | number;
  readonly group?: string;
  readonly [modality: string]: Value | number | undefined;
}

/** An example to predict; every key but `id` is a modality. */
export interface Query {
  readonly id?: string;
  readonly [modality: string]: Value | undefined;
}

export interface TeachRequest extends Omit<z.input<typeof teachSchema>, "examples"> {
  readonly examples: readonly LabelledExample[];
}

export type TaskView = z.output<typeof taskSchema>;
export type Change = z.output<typeof changeSchema>;
export type TaskPage = z.output<typeof tasksSchema>;
export type ExamplePage = z.output<typeof examplesSchema>;
export type ServedPrediction = z.output<typeof predictionSchema>;
export type ServerError = z.output<typeof errorSchema>;

/** Read model and task folders. */

import { z } from "zod";
import { type Arrays, allFinite, type NDArray } from "../base/array.js";
import { concatenated } from "../base/bytes.js";
import { InputError } from "../base/errors.js";
import { checkOptions, checkPath } from "../base/given.js";
import { join } from "../base/paths.js";
import { decodeSafetensors } from "../base/safetensors.js";
import { ONE_PARSE } from "../base/schema.js";
import { sha256 } from "../base/sha256.js";
import { engineFor } from "../engine/index.js";
import type { EngineOptions } from "../engine/run/options.js";
import { checkBuiltin, findEncoder, isBuiltin, isFrozen } from "../modality/index.js";
import { archiveParts, type Parts } from "./archive.js";
import { decodeCard } from "./card.js";
import { ModelDefinition } from "./definition.js";
import { capacityFor } from "./examples.js";
import { partsAt } from "./folder.js";
import { FORMAT_VERSION, OLDEST_VERSION } from "./migration.js";
import { Model } from "./model.js";
import { checkDigest, openSeal } from "./seal.js";
import { Task } from "./task.js";
import { unflattenTree } from "./trees.js";

/**
 * Read a model: its folder, or an archive of one (`PageModel.toBlob`). The options choose the device and the number of threads; results do not depend on them.
 *
 * @throws {InputError} `model/missing-file`, `model/bad-card` and `model/wrong-tensors` for files that do not form a model,
 * `model/not-finite` for weights that are not finite.
 * @example const model = await loadModel("flowers.model", { threads: 1 });
 */
export async function loadModel(path: string, options: EngineOptions = {}): Promise<Model> {
  checkPath(path, "loadModel, path");
  checkOptions(options, "loadModel");
  return (await openModel(await partsAt(path), options)).model;
}

/** Read a model from the bytes of an archive; `where` is its name in errors. @throws {InputError} as {@link loadModel} */
export async function modelOfArchive(bytes: Uint8Array, where: string): Promise<Model> {
  return (await openModel(archiveParts(bytes, where), {})).model;
}

/** A model with the hash of its two files as they are stored. */
async function openModel(parts: Parts, options: EngineOptions): Promise<{ model: Model; hash: string }> {
  const engine = engineFor(options);
  const { path } = parts;
  const { card, weights, hash } = await readModel(parts);
  for (const [name, spec] of Object.entries(card.modalities)) {
    const where = `${join(path, "model.json")}, modality "${name}"`;
    if (isFrozen(spec)) await findEncoder(spec, where, join(path, "pretrained", name));
    if (isBuiltin(spec)) checkBuiltin(spec, where);
  }
  const alone: Record<string, Model> = {};
  for (const name of card.alone) {
    const own = await readModel(parts, `alone/${name}/`);
    alone[name] = new Model(own.card, own.weights, engine);
  }
  return { model: new Model(card, weights, engine, alone), hash };
}

/** Read the model whose files begin with `prefix`. */
async function readModel(parts: Parts, prefix = ""): Promise<Pick<Model, "card" | "weights" | "hash">> {
  const [cardName, weightsName] = [`${prefix}model.json`, `${prefix}model.safetensors`];
  const text = await parts.read(cardName, "a model folder");
  const where = join(parts.path, cardName);
  const digests = openSeal(new TextDecoder().decode(text), where);
  const card = decodeCard(new TextDecoder().decode(text), where);
  const file = join(parts.path, weightsName);
  const bytes = await parts.read(weightsName, "a model folder");
  checkDigest(bytes, "model.safetensors", digests, file);
  const hash = sha256(concatenated([text, bytes]));
  const { arrays } = decodeSafetensors(bytes, file);
  checkFinite(arrays, file);
  const like = new ModelDefinition(card.recipe, card.modalities).blankWeights();
  const weights = {
    params: unflattenTree("params", like.params, arrays, file),
    state: unflattenTree("state", like.state, arrays, file),
  };
  return { card, weights, hash };
}

/** Throw an `InputError` unless all weights are finite: others would give NaN predictions. */
function checkFinite(arrays: Readonly<Record<string, NDArray>>, where: string): void {
  const [name] = Object.entries(arrays).find(([, { data }]) => !allFinite(data)) ?? [];
  if (name === undefined) return;
  throw new InputError({
    code: "model/not-finite",
    where,
    problem: `array "${name}" holds a value that is not a finite number`,
    expected: "finite weights",
    remedy: "Copy the folder again from its source, or train it again with a lower train.learningRate.",
  });
}

/** A tree with an array's type at each end. */
const typesSchema: z.ZodType = z.lazy(() =>
  z.union([
    z.strictObject({
      dtype: z.enum(["float32", "int32", "bool"]),
      shape: z.array(z.number().int().min(0)),
    }),
    z.record(z.string(), typesSchema),
    z.array(typesSchema),
  ]),
);

const taskSchema = z.looseObject({
  format: z.literal("metamodal-task"),
  version: z.number().int().min(OLDEST_VERSION).max(FORMAT_VERSION),
  modelHash: z.string(),
  kind: z.enum(["support", "parameters"]),
  classes: z
    .array(z.string())
    .refine((names) => new Set(names).size === names.length, { message: "a class is there twice" }),
  /** Absent if label texts were not support examples. */
  labelShots: z.number().int().min(0).optional(),
  /** What number labels are standardised by; absent in tasks of models that read them as they are. */
  unit: z.object({ centre: z.number(), scale: z.number().positive() }).optional(),
  /** The way capacity of the arrays. */
  capacity: z.number().int(),
  /** The types of the arrays in task.safetensors, as the tree that the learner keeps. */
  arrays: z.record(z.string(), typesSchema),
});

/**
 * Read a task folder, which contains the task's model. The options choose the device and the number of threads.
 *
 * @throws {InputError} `task/bad-card` for a task that does not fit its model, and those of {@link loadModel}.
 * @example
 * const task = await loadTask("flowers.task");
 * const { label } = await task.predict({ image: photo });
 */
export async function loadTask(path: string, options: EngineOptions = {}): Promise<Task> {
  checkPath(path, "loadTask, path");
  checkOptions(options, "loadTask");
  const where = join(path, "task.json");
  const parts = await partsAt(path);
  const text = new TextDecoder().decode(await parts.read("task.json", "a task folder"));
  const bad = (problem: string, expected: string) =>
    new InputError({ code: "task/bad-card", where, problem, expected, remedy: "Adapt the model again." });
  const digests = openSeal(text, where);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw bad((error as Error).message, "a complete JSON object");
  }
  const card = taskSchema.safeParse(json, ONE_PARSE);
  if (!card.success) {
    const [issue] = card.error.issues;
    throw bad(
      `field "${issue.path.join(".")}": ${issue.message}`,
      `a task of format version ${OLDEST_VERSION} to ${FORMAT_VERSION}`,
    );
  }
  const { model, hash } = await openModel(parts, options);
  if (hash !== card.data.modelHash)
    throw bad(
      'field "modelHash" is not the hash of the model beside it',
      "the model the task was adapted from",
    );
  const { classes, labelShots, unit, capacity } = card.data;
  const takesNumbers = model.card.recipe.task === "regression";
  if (takesNumbers ? classes.length > 0 : classes.length < 2)
    throw bad(
      `field "classes" has ${classes.length} classes`,
      takesNumbers ? "none, since the model predicts numbers" : "at least two",
    );
  if (capacityFor(classes.length) !== capacity)
    throw bad(
      `field "classes" has ${classes.length} classes`,
      `classes for the arrays' capacity of ${capacity}`,
    );
  const file = join(path, "task.safetensors");
  const bytes = await parts.read("task.safetensors", "a task folder");
  checkDigest(bytes, "task.safetensors", digests, file);
  const { arrays } = decodeSafetensors(bytes, file);
  // Cast: `unflattenTree` reads the types of the leaves only, and the card has no more than these.
  const kept = unflattenTree("kept", card.data.arrays as unknown as Record<string, Arrays>, arrays, file);
  return new Task(model, classes, kept, labelShots, unit);
}

/** Recipes: what to train and how. Strict: an unknown key is an error that names it. */

import { parse } from "yaml";
import { z } from "zod";
import { alignments } from "../alignment/index.js";
import { InputError } from "../base/errors.js";
import { readText } from "../data/index.js";
import { encoders } from "../encoder/index.js";
import { fusions } from "../fusion/index.js";
import { learners } from "../learner/index.js";

const nameOf = (table: object) => z.enum(Object.keys(table) as [string, ...string[]]);
/** `name` or `{ name, … }`, kept as an object. */
const named = <S extends z.ZodType>(name: S) =>
  z.preprocess((value) => (typeof value === "string" ? { name: value } : value), z.looseObject({ name }));
const count = z.number().int().min(1);
const way = z.number().int().min(2);

const recipeSchema = z.strictObject({
  /** The data set's folder. */
  data: z.string().optional(),
  task: z.literal("classification").default("classification"),
  /** Modalities in order; by default all that the data has. */
  modalities: z
    .array(z.string())
    .min(1)
    .refine((names) => new Set(names).size === names.length, { message: "each modality once" })
    .optional(),
  /** Encoder by modality; by default its kind's. */
  encoders: z.record(z.string(), named(nameOf(encoders))).default({}),
  /** Features a vector has, and channels a convolution. */
  width: count.max(1024).default(64),
  fusion: nameOf(fusions).default("gated"),
  alignment: z
    .preprocess(
      (value) => (typeof value === "string" ? { name: value } : value),
      z.strictObject({ name: nameOf({ none: 0, ...alignments }), weight: z.number().min(0).default(0.1) }),
    )
    .default({ name: "none", weight: 0 }),
  relation: z
    .preprocess(
      (value) => (typeof value === "string" ? { name: value } : value),
      z.strictObject({ name: z.enum(["none"]) }),
    )
    .default({ name: "none" }),
  learner: named(nameOf(learners)).default({ name: "prototypical" }),
  /** Whose statistics normalise whom; by default the learner's choice. */
  normalisation: z.enum(["running", "support"]).optional(),
  episode: z
    .strictObject({
      way: z
        .union([way, z.tuple([way, way]).refine(([least, most]) => least <= most, { message: "[min, max]" })])
        .default(20),
      shot: count.default(1),
      query: count.default(5),
      across: z.enum(["group"]).nullable().default(null),
      mode: z.enum(["inductive", "transductive"]).default("inductive"),
    })
    .prefault({}),
  train: z
    .strictObject({
      /** Meta-training steps; leave out for a budget in minutes. */
      steps: count.optional(),
      /** Minutes to train for, where `steps` is absent. */
      minutes: z.number().positive().default(5),
      /** Episodes a step. */
      metaBatch: count.default(4),
      /** How parameters follow the meta-gradient. Reptile's own is `sgd` with a rate near 1. */
      optimizer: z.enum(["adam", "sgd"]).default("adam"),
      rate: z.number().positive().default(0.001),
      /** Steps between evaluations on the validation classes, which are also checkpoints. */
      evalEvery: count.default(200),
      /** Episodes of each such evaluation. */
      evalEpisodes: count.default(200),
    })
    .prefault({}),
  seed: z.number().int().min(0).default(0),
});

/** A complete recipe. */
export type Recipe = z.output<typeof recipeSchema>;
/** What a user may write; everything has a default. */
export type RecipeInput = z.input<typeof recipeSchema>;

/** Check a recipe; `where` names the file in errors. */
export function parseRecipe(input: unknown, where: string): Recipe {
  const recipe = checked(recipeSchema, input, where);
  const learner = withOptions(learners, recipe.learner, `${where}, field "learner"`);
  const chosen = Object.entries(recipe.encoders).map(([modality, encoder]) => [
    modality,
    withOptions(encoders, encoder, `${where}, field "encoders.${modality}"`),
  ]);
  const { name } = learner;
  const { normalisations } = learners[name].create(learner as never);
  if (recipe.normalisation && !normalisations.includes(recipe.normalisation))
    throw new InputError({
      code: "recipe/normalisation",
      where: `${where}, field "normalisation"`,
      problem: `${name} cannot use ${recipe.normalisation}`,
      expected: normalisations.filter((choice) => choice !== "batch").join(" or "),
      remedy: "Leave it out for the learner's own.",
    });
  return { ...recipe, encoders: Object.fromEntries(chosen), learner };
}

/** A row of a table chosen by name, with its options checked and their defaults filled in. */
function withOptions(
  table: Readonly<Record<string, { readonly options: z.ZodObject }>>,
  { name, ...options }: { name: string },
  where: string,
): { name: string; [option: string]: unknown } {
  return { name, ...checked(table[name].options, options, where) };
}

function checked<S extends z.ZodType>(schema: S, input: unknown, where: string): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknown = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [...issue.path, ...(unknown ? [unknown] : [])].join(".");
  const value = issue.path.reduce((inner, key) => (inner as never)?.[key], input);
  throw new InputError({
    code: unknown ? "recipe/unknown-key" : "recipe/bad-value",
    where: path ? `${where}, field "${path}"` : where,
    problem: unknown ? "the recipe has no such key" : `the value is ${JSON.stringify(value)?.slice(0, 60)}`,
    expected: unknown ? `one of ${keysAt(schema, issue.path).join(", ") || "no keys at all"}` : wanted(issue),
    remedy: "Correct the field, or leave it out for its default.",
  });
}

/** What an issue says was expected, without the type that was received. */
function wanted(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union" && issue.errors.length > 0)
    return [...new Set(issue.errors.map(([first]) => wanted(first)))].join(" or ");
  if (issue.code === "too_small" || issue.code === "too_big")
    return `a number ${/[<>]=?-?[\d.e+]+$/.exec(issue.message)?.[0]}`;
  if (issue.code === "invalid_value") return issue.values.join(" or ");
  const expected = /expected (.+?)(?:, received .+)?$/.exec(issue.message)?.[1] ?? issue.message;
  return expected === "int" ? "a whole number" : expected;
}

/** The keys that the object at a path of a schema may have. */
function keysAt(schema: z.ZodType, [key, ...rest]: readonly PropertyKey[]): string[] {
  const object = unwrapped(schema);
  if (!(object instanceof z.ZodObject)) return [];
  return key === undefined ? Object.keys(object.shape) : keysAt(object.shape[key as string], rest);
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.out as z.ZodType);
  return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
    ? unwrapped(schema.unwrap() as z.ZodType)
    : schema;
}

/** Read a recipe file. */
export async function readRecipe(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return parse(text);
  } catch (error) {
    throw new InputError({
      code: "recipe/not-yaml",
      where: path,
      problem: (error as Error).message.split("\n")[0],
      expected: "YAML",
      remedy: "Correct the line.",
    });
  }
}

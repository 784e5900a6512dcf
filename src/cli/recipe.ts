/** Reads the recipe of a training command: a recipe file or a data folder, overridden by flags. */

import { existsSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { parse as parseYaml } from "yaml";
import { InputError } from "../base/errors.js";
import { suggestion } from "../base/nearest.js";
import { archiveEnding, isTable } from "../data/index.js";
import { methods, parseRecipe, type RecipeInput, readRecipe } from "../index.js";

/** An unchecked recipe. */
type Draft = Readonly<Record<string, unknown>>;

/** Flags that override fields of a recipe. */
export interface RecipeFlags {
  readonly from?: string;
  readonly closed?: true;
  readonly modalities?: readonly string[];
  readonly learner?: string;
  readonly fusion?: string;
  readonly alignment?: string;
  readonly auxiliary?: string;
  readonly way?: number;
  readonly shot?: number;
  readonly query?: number;
  readonly "support-modalities"?: readonly string[];
  readonly "query-modalities"?: readonly string[];
  readonly "label-shots"?: number;
  readonly across?: string;
  readonly mode?: string;
  readonly steps?: number;
  readonly minutes?: number;
  readonly "clip-norm"?: number;
  readonly "on-nan"?: string;
  readonly seed?: number;
  readonly set?: readonly string[];
}

/** The change that one flag makes, and the flag as typed, for errors. */
interface Change {
  readonly flag: string;
  readonly apply: (recipe: Draft) => Draft;
}

/** Read and check the recipe of `target` with flags. Its `data` is a path from the current directory. */
export async function recipeOf(target: string, values: RecipeFlags): Promise<RecipeInput & { data: string }> {
  const base = await readTarget(target);
  const changes = changesOf(values);
  const full = changes.reduce((recipe, { apply }) => apply(recipe), base);
  try {
    parseRecipe(full, target);
  } catch (error) {
    blame(base, changes);
    throw error;
  }
  // parseRecipe has checked it.
  if (typeof full.data === "string") return full as object as RecipeInput & { data: string };
  throw new InputError({
    code: "cli/no-data",
    where: `${target}, field "data"`,
    problem: "the recipe names no data",
    expected: "the path of a data folder, relative to the recipe",
    remedy: 'Add "data: PATH", or give --set data=PATH.',
  });
}

async function readTarget(target: string): Promise<Draft> {
  const stats = statSync(target, { throwIfNoEntry: false });
  if (!stats)
    throw new InputError({
      code: "cli/no-target",
      where: target,
      problem: "there is no such file or folder",
      expected: "a recipe file or a data folder",
      remedy: "Check the path.",
    });
  if (stats.isDirectory() || archiveEnding.test(target) || isTable(target)) return { data: target };
  const draft = (await readRecipe(target)) as Draft;
  const { data, from } = parseRecipe(draft, target);
  const beside = (path: string) => (isAbsolute(path) ? path : join(dirname(target), path));
  const stated = draft.encoders === "default" ? undefined : draft.encoders;
  const encoders = Object.entries(asObject(stated)).map(([modality, encoder]) => {
    const { model } = asObject(encoder);
    const isPath =
      typeof model === "string" && (/\.onnx$|^\.{1,2}\//.test(model) || existsSync(beside(model)));
    return [modality, isPath ? { ...asObject(encoder), model: beside(model) } : encoder];
  });
  return {
    ...draft,
    ...(data && { data: beside(data) }),
    ...(from && { from: beside(from) }),
    ...(stated !== undefined && { encoders: Object.fromEntries(encoders) }),
  };
}

/** Find the flag that makes the recipe invalid, and throw its error with the flag as location. */
function blame(base: Draft, changes: readonly Change[]): void {
  let recipe = base;
  for (const { flag, apply } of changes) {
    recipe = apply(recipe);
    parseRecipe(recipe, flag);
  }
}

function changesOf(values: RecipeFlags): Change[] {
  if (values.steps !== undefined && values.minutes !== undefined)
    throw new InputError({
      code: "cli/two-budgets",
      where: "--steps and --minutes",
      problem: "both are given",
      expected: "one of them",
      remedy: "Leave one out.",
    });
  if (values.fusion !== undefined) known("fusion", values.fusion, namesOf("fusions"));
  const change = (name: keyof RecipeFlags, path: string): Change[] => {
    const value = values[name];
    if (value === undefined) return [];
    const flag = value === true ? `--${name}` : `--${name} ${value}`;
    return [{ flag, apply: (recipe) => setPath(recipe, path.split("."), value) }];
  };
  return [
    ...change("from", "from"),
    ...change("closed", "closed"),
    ...change("modalities", "modalities"),
    ...method("learner", values.learner, namesOf("learners")),
    ...change("fusion", "fusion"),
    ...method("alignment", values.alignment, ["none", ...namesOf("alignments")]),
    ...method("auxiliary", values.auxiliary, ["none", ...namesOf("auxiliaries")]),
    ...change("way", "episode.way"),
    ...change("shot", "episode.shot"),
    ...change("query", "episode.query"),
    ...change("support-modalities", "episode.supportModalities"),
    ...change("query-modalities", "episode.queryModalities"),
    ...change("label-shots", "episode.labelShots"),
    ...change("across", "episode.across"),
    ...change("mode", "episode.mode"),
    ...change("steps", "train.steps"),
    ...minutes(values.minutes),
    ...change("clip-norm", "train.clipNorm"),
    ...change("on-nan", "train.onNan"),
    ...change("seed", "seed"),
    ...(values.set ?? []).map(assignment),
  ];
}

/** A budget in minutes, which replaces a number of steps in the recipe. */
function minutes(value: number | undefined): Change[] {
  if (value === undefined) return [];
  const apply = (recipe: Draft): Draft => {
    const { steps: _, ...train } = (recipe.train ?? {}) as Draft;
    return { ...recipe, train: { ...train, minutes: value } };
  };
  return [{ flag: `--minutes ${value}`, apply }];
}

/** A flag that names a method. It drops the recipe's options of another method. */
function method(
  field: "learner" | "alignment" | "auxiliary",
  name: string | undefined,
  names: readonly string[],
): Change[] {
  if (name === undefined) return [];
  known(field, name, names);
  const apply = (recipe: Draft): Draft => {
    const { name: current } = asObject(recipe[field]) as { name?: string };
    return current === name ? recipe : { ...recipe, [field]: { name } };
  };
  return [{ flag: `--${field} ${name}`, apply }];
}

/** Names of the methods of a kind. */
export const namesOf = (kind: keyof typeof methods) => methods[kind].map(({ name }) => name);

/**
 * Check the name of a method.
 * @throws {InputError} `cli/unknown-method`, with the most similar name
 */
export function known(field: string, name: string, names: readonly string[], flag = `--${field}`): string {
  if (names.includes(name)) return name;
  throw new InputError({
    code: "cli/unknown-method",
    where: flag,
    problem: `there is no ${field} "${name}"`,
    expected: names.join(" or "),
    remedy: `${suggestion(name, names)}See metamodal methods.`,
  });
}

/** The change of `--set`: `train.learningRate=0.002`. */
function assignment(text: string): Change {
  const flag = `--set ${text}`;
  const [, path, yaml] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  const fail = (problem: string): never => {
    throw new InputError({
      code: "cli/bad-set",
      where: flag,
      problem,
      expected: "PATH=VALUE, the value as YAML",
      remedy: "Write for example --set train.learningRate=0.002.",
    });
  };
  if (path === undefined || path.split(".").includes("")) fail("it is no assignment");
  let value: unknown;
  try {
    value = parseYaml(yaml);
  } catch {
    fail(`"${yaml}" is not YAML`);
  }
  return { flag, apply: (recipe) => setPath(recipe, path.split("."), value) };
}

/** A copy of `recipe` with the value at a path; `learner: maml` counts as `learner: { name: maml }`. */
function setPath(recipe: Draft, [key, ...rest]: string[], value: unknown): Draft {
  if (rest.length === 0) return { ...recipe, [key]: value };
  const inner = Object.hasOwn(recipe, key) ? recipe[key] : undefined;
  return { ...recipe, [key]: setPath(asObject(inner), rest, value) };
}

const asObject = (value: unknown): Draft =>
  typeof value === "string" ? { name: value } : ((value ?? {}) as Draft);

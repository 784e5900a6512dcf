/**
 * Keys renamed between format versions of `model.json` and `task.json`. Folders of earlier versions are migrated when
 * they are read; a recipe that a person wrote is refused with the new name instead.
 */

/** The format version that this code writes. */
export const FORMAT_VERSION = 3;

/** The earliest format version that it reads. */
export const OLDEST_VERSION = 1;

/** Keys of `model.json`, by the version that renamed them: the old path, `*` for any key, and the new last key. */
const renamedKeys: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  2: {
    "recipe.relation": "auxiliary",
    "recipe.train.rate": "learningRate",
    "recipe.learner.innerRate": "innerLearningRate",
    "recipe.learner.innerBatch": "innerBatchSize",
    "recipe.learner.pull": "proximalWeight",
    "recipe.learner.solveSteps": "conjugateGradientSteps",
    "recipe.learner.batch": "batchSize",
    "recipe.learner.context": "contextSize",
    "training.validation.ci95": "halfWidth",
    "certainty.hopeless": "uninformative",
  },
};

/** `model.json` of `version` with the keys of the current version, each in the old key's place. */
export function migrateCard(json: unknown, version: number): unknown {
  const later = Object.entries(renamedKeys).filter(([since]) => Number(since) > version);
  return later.reduce((card, [, renamed]) => withKeys(card, renamed, []), json);
}

/** The current name of the key at `path` in a recipe, if an earlier version had one there. */
export function renamedRecipeKey(path: readonly PropertyKey[]): string | undefined {
  const [renamed] = Object.values(renamedKeys).flatMap((table) => newKey(table, ["recipe", ...path]) ?? []);
  return renamed;
}

function withKeys(
  value: unknown,
  renamed: Readonly<Record<string, string>>,
  path: readonly string[],
): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      newKey(renamed, [...path, key]) ?? key,
      withKeys(inner, renamed, [...path, key]),
    ]),
  );
}

function newKey(renamed: Readonly<Record<string, string>>, path: readonly PropertyKey[]): string | undefined {
  const matches = (pattern: string) => {
    const parts = pattern.split(".");
    return parts.length === path.length && parts.every((part, i) => part === "*" || part === path[i]);
  };
  return Object.entries(renamed).find(([pattern]) => matches(pattern))?.[1];
}

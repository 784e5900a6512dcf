/** One episode of a replayed step: its examples with their losses, and the losses along the learner's inner steps. */

import { type ArraySpec, leavesOf } from "../base/array.js";
import type { Episode, EpisodeArrays, Table } from "../episode/index.js";
import { InferencePrograms, ModelDefinition, type Recipe, type Weights } from "../model/index.js";
import type { MetaGradient, TrainingPrograms } from "../train/programs.js";
import { exampleLosses, meanLoss } from "./example-losses.js";

export interface ReplayedExample {
  readonly role: "support" | "query";
  readonly id: string;
  /** Where the example is in the data: `metadata.jsonl:12`. */
  readonly where: string;
  /** The class, or the regression target. */
  readonly label: string | number;
  /** Cross-entropy or squared error of a query after adapting; null for a support example and for a masked query. */
  readonly loss: number | null;
}

export interface ReplayedEpisode {
  readonly classes: readonly string[];
  /** The episode's term of the meta-objective, with alignment and auxiliary losses. */
  readonly loss: number;
  readonly score: number;
  readonly examples: readonly ReplayedExample[];
  /** Mean losses of support and query after inner steps; empty for a learner without them. */
  readonly innerLosses: readonly {
    readonly step: number;
    readonly support: number;
    readonly query: number;
  }[];
}

interface Given {
  readonly table: Table;
  readonly drawn: Episode;
  readonly arrays: EpisodeArrays;
  readonly gradient: MetaGradient;
}

export async function replayEpisode(
  { definition, inference }: TrainingPrograms,
  weights: Weights,
  { table, drawn, arrays, gradient }: Given,
  signal: AbortSignal | undefined,
): Promise<ReplayedEpisode> {
  const losses = await queryLosses(inference, weights, arrays, signal);
  const example = (role: ReplayedExample["role"], loss: (i: number) => number | null) =>
    drawn[role].map(({ row }, i): ReplayedExample => {
      const { id, where, target, label = "" } = table.rows[row];
      return { role, id, where, label: target ?? label, loss: loss(i) };
    });
  return {
    classes: drawn.classes,
    loss: gradient.loss.data[0],
    score: gradient.score.data[0],
    examples: [...example("support", () => null), ...example("query", (i) => losses[i])],
    innerLosses: await innerLosses(definition, inference, weights, arrays, signal),
  };
}

async function queryLosses(
  inference: InferencePrograms,
  weights: Weights,
  arrays: EpisodeArrays,
  signal: AbortSignal | undefined,
): Promise<(number | null)[]> {
  const { batch } = inference.definition.learner;
  const { task } = inference.definition.recipe;
  const { support, query, ways } = arrays;
  if (batch === undefined) {
    const outputs = await inference.episode(weights, { support, query, ways }, { signal });
    return exampleLosses(outputs, query, ways, task);
  }
  const known = await inference.known(weights, ways, { signal });
  const { outputs } = await inference.predict(weights, known, query, { signal });
  return exampleLosses(outputs, query, ways, task);
}

/** Most numbers of inner steps that are shown. */
const MOST_SHOWN = 6;

async function innerLosses(
  definition: ModelDefinition,
  { engine }: InferencePrograms,
  weights: Weights,
  { support, query, ways }: EpisodeArrays,
  signal: AbortSignal | undefined,
): Promise<ReplayedEpisode["innerLosses"]> {
  const { recipe, specs, learner } = definition;
  if (!("innerSteps" in recipe.learner) || learner.keeps !== "parameters") return [];
  const last = recipe.learner.innerSteps as number;
  const count = Math.min(MOST_SHOWN - 1, last);
  const shown = Array.from({ length: count + 1 }, (_, i) => Math.round((i * last) / count));
  const losses = [];
  for (const step of shown) {
    const own = new ModelDefinition(withInnerSteps(recipe, step), specs);
    if (shapesOf(own) !== shapesOf(definition)) return [];
    const programs = new InferencePrograms(own, engine);
    const lossOf = async (examples: EpisodeArrays["query"]) =>
      meanLoss(
        exampleLosses(
          await programs.episode(weights, { support, query: examples, ways }, { signal }),
          examples,
          ways,
          recipe.task,
        ),
      );
    losses.push({ step, support: await lossOf(support), query: await lossOf(query) });
  }
  return losses;
}

const withInnerSteps = (recipe: Recipe, innerSteps: number): Recipe => ({
  ...recipe,
  learner: { ...recipe.learner, innerSteps } as Recipe["learner"],
});

/** A learner whose parameters depend on the number of inner steps has none to show for another one. */
const shapesOf = (definition: ModelDefinition): string =>
  JSON.stringify(
    leavesOf<ArraySpec>(definition.blankWeights().params).map(([path, { shape }]) => [path, shape]),
  );

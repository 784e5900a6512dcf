/**
 * Every learner trained on what overflows: inputs of 3e38, a learning rate of 1e30, a variance of 0. Training ends with a
 * model whose weights and predictions are finite, or with an `InputError` that names the step or the row.
 */

import { describe, expect, it } from "vitest";
import { allFinite, leavesOf, type NDArray } from "../src/base/array.js";
import { InputError } from "../src/base/errors.js";
import { random } from "../src/base/random.js";
import {
  createDataset,
  type Dataset,
  type Example,
  type MetaTrainOptions,
  type Model,
  metaTrain,
  type TrainEvent,
} from "../src/index.js";
import { learners } from "../src/learner/index.js";
import { inLane, type Lane, laneOfLearner } from "./support/lane.js";

const splits = [...Array(6).fill("train"), ...Array(3).fill("val"), ...Array(3).fill("test")];

/** Examples of two vectors per class; `vectorOf` gives the values of example `i` of class `k`. */
const dataOf = (vectorOf: (k: number, i: number) => number[], standardise = true): Dataset =>
  createDataset({
    name: "overflow",
    modalities: { v: { kind: "vector", standardise } },
    examples: splits.flatMap((split, k) =>
      Array.from({ length: 5 }, (_, i): Example => ({ split, label: `class ${k}`, v: vectorOf(k, i) })),
    ),
  });

const ordinary = (k: number, i: number) => {
  const r = random(6, "overflow", k, i);
  return [Math.sin(k) + 0.1 * r.normal(), Math.cos(k), r.uniform()];
};

/** What overflows, by its name. */
const causes: Readonly<Record<string, Partial<MetaTrainOptions>>> = {
  "an input of 3e38": { data: dataOf((k, i) => (k === 1 && i === 2 ? [3e38, -3e38, 3e38] : ordinary(k, i))) },
  "inputs of 1e30 everywhere": { data: dataOf((k, i) => ordinary(k, i).map((x) => 1e30 * x)) },
  "values of 1e25 as they are": { data: dataOf((k, i) => ordinary(k, i).map((x) => 1e25 * x), false) },
  "Adam at 1e30": { train: { learningRate: 1e30 } },
  "SGD at 1e30": { train: { learningRate: 1e30, optimizer: "sgd" } },
  "SGD at 3e38, clipped": { train: { learningRate: 3e38, optimizer: "sgd", clipNorm: 1 } },
  "a variance of 0": { data: dataOf(() => [1, 1, 1]) },
};

/** The events of a training, and its model or its error. */
async function train(
  learner: string,
  { data = dataOf(ordinary), train: own }: Partial<MetaTrainOptions>,
  onNan: "stop" | "skip",
) {
  const events: TrainEvent[] = [];
  try {
    const run = metaTrain({
      data,
      learner: { name: learner } as never,
      width: 4,
      episode: { shot: 1, query: 2 },
      train: { steps: 3, metaBatch: 2, evalEpisodes: 2, ...own, onNan },
      threads: 1,
    });
    for await (const event of run) events.push(event);
    return { events, model: await run.model() };
  } catch (error) {
    return { events, error: error as Error };
  }
}

async function checkModel(model: Model): Promise<void> {
  for (const [path, { data }] of leavesOf<NDArray>(model.weights)) expect(allFinite(data), path).toBe(true);
  // Some learners adapt to as many classes as in training only.
  const classes = [...Array(model.card.recipe.episode.way).keys()];
  const support = classes.map((k) => ({ label: `new ${k}`, v: ordinary(k, 0) }));
  const task = await model.adapt(support);
  const prediction = await task.predict({ v: ordinary(0, 1) });
  expect(Object.values(Object(prediction).probabilities).every(Number.isFinite)).toBe(true);
}

/** The usual learners with one cause of each kind run in every lane. */
const laneOf = ({ learner, cause }: { learner: string; cause: string }): Lane =>
  QUICK.includes(cause) ? laneOfLearner(learner) : "full";
const QUICK = ["Adam at 1e30", "values of 1e25 as they are"];

/** The codes of errors for what is not finite. */
const CODES = /^(train|evaluate|task)\/(diverged|extreme-input|not-finite(-extreme)?)$/;

const rows = Object.keys(learners).flatMap((learner) =>
  Object.keys(causes).map((cause) => ({ learner, cause })),
);

describe.each(["stop", "skip"] as const)("with %s", (onNan) => {
  it.each(inLane(rows, laneOf))("$learner, $cause", async ({ learner, cause }) => {
    const { events, model, error } = await train(learner, causes[cause], onNan);
    const failures = events.filter(({ type }) => type === "failure");
    if (process.env.SHOW)
      console.log(
        onNan,
        learner,
        cause,
        failures.length,
        error
          ? `${error.constructor.name} ${(error as { code?: string }).code} ${error.message.slice(0, 200)}`
          : "model",
      );
    if (error) {
      expect(error, error.stack).toBeInstanceOf(InputError);
      expect((error as InputError).code).toMatch(CODES);
    }
    if (onNan === "stop" && failures.length > 0)
      expect(error).toMatchObject({ code: expect.stringMatching(/^train\/(diverged|extreme-input)$/) });
    // A model with huge weights may refuse to adapt, by an error, but gives no prediction that is not finite.
    const refusal = model && (await checkModel(model).catch((reason: unknown) => reason));
    if (refusal !== undefined) expect(refusal).toMatchObject({ code: expect.stringMatching(CODES) });
  });
});

/** Number labels of any unit, and results that are not finite. The sweep over all learners is regression-defaults.slow.ts. */

import { describe, expect, it } from "vitest";
import { createDataset, type Dataset, evaluate, type MetaTrainOptions, metaTrain } from "../src/index.js";
import { prices } from "./support/prices.js";

const options = (data: Dataset, rest: Partial<MetaTrainOptions> = {}): MetaTrainOptions => ({
  data,
  episode: { shot: 10, query: 10 },
  train: { steps: 60, evalEvery: 60, evalEpisodes: 10 },
  seed: 1,
  threads: 1,
  ...rest,
});

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => "no error",
    (error) => `${error.code} | ${error.message}`,
  );

it.each([
  "ridge",
  "anil",
  "cavia",
])("%s by the defaults predicts better than the support's mean", async (learner) => {
  const data = prices({ train: 40, val: 8, test: 12 }, 20, { spread: 2_000, level: 100_000 });
  const train = { steps: 40, evalEvery: 40, evalEpisodes: 10 };
  const model = await metaTrain(options(data, { learner: learner as never, train })).model();
  const { rows } = await evaluate(model, { data, episodes: 40, query: 10 });
  expect(rows[0].mse!).toBeLessThan(rows.at(-1)!.mse!);
}, 60_000);

describe("labels in other units", () => {
  it("give the same predictions in those units, and the same relative errors", async () => {
    const train = { steps: 12, evalEvery: 12, evalEpisodes: 6 };
    const results = [];
    const units = [
      { mean: 0, spread: 1 },
      { mean: 250_000, spread: 5_000 },
      { mean: -1e-9, spread: 1e-12 },
      { mean: 1e30, spread: 1e28 },
    ];
    for (const unit of units) {
      const data = prices({ train: 10, val: 3, test: 3 }, 16, unit);
      const model = await metaTrain(options(data, { learner: "maml" as never, train })).model();
      const { rows } = await evaluate(model, { data, episodes: 10, query: 5 });
      const support = data.rows.filter(({ group }) => group === "test 0").slice(0, 10);
      const examples = support.map(({ target, values }) => ({ label: target, ...values }));
      const task = await model.adapt(examples);
      const values = (await task.predictAll(examples.map(({ label: _, ...rest }) => rest))).map(
        ({ value }) => (value! - unit.mean) / unit.spread,
      );
      results.push({
        values,
        mse: rows[0].mse! / unit.spread ** 2,
        mean: rows.at(-1)!.mse! / unit.spread ** 2,
      });
    }
    for (const { values, mse, mean } of results.slice(1)) {
      expect(mse / results[0].mse).toBeCloseTo(1, 2);
      expect(mean / results[0].mean).toBeCloseTo(1, 2);
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo(results[0].values[i], 2);
    }
  }, 60_000);

  it("may be all equal, and are predicted", async () => {
    const data = prices({ train: 6, val: 2, test: 2 }, 12, { mean: 7, spread: 0 });
    for (const learner of ["ridge", "maml", "knn"]) {
      const train = { steps: 5, evalEpisodes: 2 };
      const model = await metaTrain(
        options(data, { learner: learner as never, train, episode: { shot: 3, query: 3 } }),
      ).model();
      const task = await model.adapt([{ label: 7, v: [0, 1, 2] }]);
      expect((await task.predict({ v: [1, 0, 0] })).value).toBeCloseTo(7, 1);
    }
  });
});

describe("a result that is not finite", () => {
  const data = prices({ train: 6, val: 2, test: 3 }, 12);
  const train = { steps: 3, evalEpisodes: 2 };
  const quick = (rest: Partial<MetaTrainOptions> = {}) =>
    options(data, { episode: { shot: 3, query: 3 }, train, ...rest });
  const extreme = (where: (row: Dataset["rows"][number]) => boolean): Dataset => ({
    ...data,
    rows: data.rows.map((row) => (where(row) ? { ...row, values: { v: [3e38, 3e38, 3e38] } } : row)),
  });

  it("names the row and the modality of an extreme query or support example, on adapting and predicting", async () => {
    for (const learner of ["ridge", "maml"]) {
      const model = await metaTrain(quick({ learner: learner as never })).model();
      const example = (label: number, v: number[]) => ({ label, v });
      const task = await model.adapt([example(1, [0, 1, 0]), example(2, [1, 0, 0])]);
      expect(await failure(task.predictAll([{ v: [0, 0, 0] }, { v: [3e38, 3e38, 3e38] }]))).toMatch(
        /^task\/not-finite-extreme \| example 2, field "v": a value is .* standard deviations .*Correct the value or its unit/,
      );
      const taught = model.adapt([example(1, [0, 1, 0]), example(2, [3e38, 3e38, 3e38])]);
      expect(await failure(taught)).toMatch(/^task\/not-finite-extreme \| example 2, field "v": /);
      const judged = evaluate(model, {
        data: extreme(({ split }) => split === "test"),
        episodes: 5,
        query: 3,
      });
      expect(await failure(judged)).toMatch(/^evaluate\/not-finite-extreme \| .*field "v": a value is/);
    }
  });

  it("names the rates to lower if no input is extreme", async () => {
    const learner = { name: "maml", innerLearningRate: 1e6 } as never;
    const message = await failure(metaTrain(quick({ learner })).model());
    expect(message).toMatch(/^train\/diverged \| step 1 of v: training diverged: the loss is \S+\. /);
    expect(message).toMatch(
      /inputs are ordinary: the largest, of v in episode \d of step 1 \(train \d\), is [\d.]+ standard .*lower learner\.innerLearningRate \(now 1000000\) or train\.learningRate \(now 0\.001\)/,
    );
  });

  it("is warned of if the loss stays finite and ends far above a constant prediction's", async () => {
    const learner = { name: "anil", innerLearningRate: 0.3 } as never;
    const events = [];
    for await (const event of metaTrain(quick({ learner }))) events.push(event);
    const warnings = events.filter((event) => event.type === "warning");
    expect(warnings).toHaveLength(1);
    expect(warnings[0].text).toMatch(
      /(worse than the support's mean: mse|the loss exploded: ) ?.*lower learner\.innerLearningRate \(now 0\.3\)/,
    );
  });
});

it("an input beyond float32 once standardised is refused by row", async () => {
  const examples = Array.from({ length: 48 }, (_, i) => ({ label: i, group: `g${i % 6}`, v: [1e-3 * i, 1] }));
  const data = createDataset({ name: "small", examples });
  const model = await metaTrain(
    options(data, { episode: { shot: 3, query: 3 }, train: { steps: 1 } }),
  ).model();
  const task = await model.adapt([{ label: 1, v: [0, 1] }]);
  expect(await failure(task.predictAll([{ v: [0, 1] }, { v: [1e38, 1] }]))).toMatch(
    /^\S+ \| example 2, field "v": a value is more than float32.*standard deviations/,
  );
});

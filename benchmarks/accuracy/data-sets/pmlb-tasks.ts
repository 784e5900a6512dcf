/** Small tables of the Penn Machine Learning Benchmarks (Olson et al., 2017); every table is a task. */

import { join } from "node:path";
import { random } from "../../../src/base/random.js";
import { baselineRow } from "../baseline-predictor.js";
import { readJson, writeDataFolder } from "../files.js";
import { logisticRegression } from "../logistic-regression.js";
import type { BenchmarkDataSet } from "../types.js";

interface Table {
  name: string;
  family: string;
  split: "train" | "test";
  X: number[][];
  y: (number | string)[];
}

/** Fraction of the train families that is used for validation. */
const VALIDATION_FRACTION = 0.2;

export const pmlbTasks: BenchmarkDataSet = {
  name: "pmlb_tasks",
  description:
    "Each table is a group and a task (`groupAsTask`). Families of tables have the data set's splits; a seeded fifth of " +
    "the train families is used for validation. Columns are identified by position only; columns beyond the number in " +
    "train tables are ignored.",
  async convert(from, to) {
    const tables = readJson<Table[]>(join(from, "tasks.json.gz"));
    const train = tables.filter(({ split }) => split === "train");
    const families = random(0, "pmlb").shuffle([...new Set(train.map(({ family }) => family))].sort());
    const validationFamilies = new Set(families.slice(0, Math.round(VALIDATION_FRACTION * families.length)));
    const splitOf = ({ split, family }: Table) => (validationFamilies.has(family) ? "val" : split);
    const columnCount = Math.max(
      ...train.filter(({ family }) => !validationFamilies.has(family)).map(({ X }) => X[0].length),
    );
    const columns = Array.from({ length: columnCount }, (_, k) => `x${k + 1}`);
    const rows = tables.flatMap((table) =>
      table.X.map((cells, i) => ({
        id: `${table.name}/${i}`,
        label: String(table.y[i]),
        split: splitOf(table),
        group: table.name,
        ...Object.fromEntries(cells.slice(0, columnCount).map((cell, k) => [columns[k], cell])),
      })),
    );
    const card = {
      name: this.name,
      licence: "MIT",
      groupAsTask: true,
      modalities: { table: { kind: "tabular", columns, standardise: false } },
    };
    await writeDataFolder(to, card, rows);
  },
  runs: [
    {
      name: "columns",
      description:
        "Cells standardised by the support and Gaussian discriminant analysis with learned shrinkage, against logistic " +
        "regression fitted to each support on the same episodes. The step was selected on the validation families.",
      recipe: {
        encoders: { table: { name: "columns" } },
        width: 192,
        learner: { name: "gda" },
        normalisation: "support",
        episode: { way: 5, shot: 5, query: 10 },
        train: { steps: 100, metaBatch: 8, learningRate: 0.005, evalEvery: 20, evalEpisodes: 400 },
      },
      evaluations: [
        {
          name: "5-way 5-shot",
          flags: { way: 5, shot: 5 },
          target: { aboveUntrained: false, outperforms: ["logistic regression"] },
          additionalRows: baselineRow("logistic regression", logisticRegression),
        },
      ],
    },
  ],
};

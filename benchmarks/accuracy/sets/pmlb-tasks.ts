/** Small tables of the Penn Machine Learning Benchmarks (Olson et al., 2017), each a task of its own. */

import { join } from "node:path";
import { random } from "../../../src/base/random.js";
import { jsonOf, writeFolder } from "../folder.js";
import { logistic } from "../logistic.js";
import { against } from "../rival.js";
import type { AccuracySet } from "../types.js";

interface Table {
  name: string;
  family: string;
  split: "train" | "test";
  X: number[][];
  y: (number | string)[];
}

/** The share of train families that validate instead. */
const held = 0.2;

export const pmlbTasks: AccuracySet = {
  name: "pmlb_tasks",
  about:
    "Each table is a group and a task (`groupAsTask`). Families of tables have the data set's splits; a seeded fifth of " +
    "the train families is used for validation. Columns are identified by position only; columns beyond the number in " +
    "train tables are ignored.",
  async convert(from, to) {
    const tables = jsonOf<Table[]>(join(from, "tasks.json.gz"));
    const train = tables.filter(({ split }) => split === "train");
    const families = random(0, "pmlb").shuffle([...new Set(train.map(({ family }) => family))].sort());
    const validating = new Set(families.slice(0, Math.round(held * families.length)));
    const splitOf = ({ split, family }: Table) => (validating.has(family) ? "val" : split);
    const most = Math.max(
      ...train.filter(({ family }) => !validating.has(family)).map(({ X }) => X[0].length),
    );
    const columns = Array.from({ length: most }, (_, k) => `x${k + 1}`);
    const rows = tables.flatMap((table) =>
      table.X.map((cells, i) => ({
        id: `${table.name}/${i}`,
        label: String(table.y[i]),
        split: splitOf(table),
        group: table.name,
        ...Object.fromEntries(cells.slice(0, most).map((cell, k) => [columns[k], cell])),
      })),
    );
    const card = {
      name: this.name,
      licence: "MIT",
      groupAsTask: true,
      modalities: { table: { kind: "tabular", columns, standardise: false } },
    };
    await writeFolder(to, card, rows);
  },
  runs: [
    {
      name: "columns",
      about:
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
          target: { floor: false, above: ["logistic regression"] },
          besides: against("logistic regression", logistic),
        },
      ],
    },
  ],
};

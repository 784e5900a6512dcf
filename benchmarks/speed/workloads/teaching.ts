/** W8r…: teaching without training, on vectors of 512 numbers of 5 classes, 5 examples each, and 75 queries. */

import { createDataset } from "../../../src/data/index.js";
import { type Dataset, teach } from "../../../src/index.js";
import { ClassHead } from "../../../src/teach/class-head.js";
import { embedRows } from "../../../src/teach/embed.js";
import { type GenerateValues, randomExamples, randomVector } from "../data.js";
import type { RunningWorkload } from "../timing.js";
import type { Workload } from "./types.js";

const VECTOR_SIZE = 512;
const WAY = 5;
const SHOT = 5;
const QUERIES = 15;
const MANY = 1000;

const generate: GenerateValues = (uniform) => ({ vector: randomVector(uniform, VECTOR_SIZE) });

/** A unit teaches a task with its report and predicts, from records to predictions. */
function startTeaching(): RunningWorkload {
  const support = randomExamples(WAY, SHOT, generate, 2);
  const queries = randomExamples(WAY, QUERIES, generate, 3);
  return { runUnit: async () => (await teach(support)).predictAll(queries) };
}

/** Examples as a task keeps them, with a vector of length 1 each. */
async function embedded(perClass: number, seed: number) {
  const examples = randomExamples(WAY, perClass, generate, seed);
  const data: Dataset = createDataset({ name: "examples", examples });
  const { examples: rows } = await embedRows(data, {});
  return rows.map((row) => {
    const values = Float32Array.from(row.values.vector as readonly number[]);
    const length = Math.hypot(...values);
    const { vector: _, ...others } = row.values;
    return { ...row, values: others, vectors: { "vector/network": values.map((x) => x / length) } };
  });
}

const kinds = { vector: { kind: "vector", options: {} } } as const;

/** A unit fits the head to embedded examples and predicts embedded queries. */
async function startHead(): Promise<RunningWorkload> {
  const [support, queries] = [await embedded(SHOT, 2), await embedded(QUERIES, 3)];
  return {
    async runUnit() {
      const head = await ClassHead.fit(support, kinds);
      return head.predictAll(queries);
    },
  };
}

/** A unit fits the head to 1,000 embedded examples. */
async function startRefit(): Promise<RunningWorkload> {
  const support = await embedded(MANY / WAY, 2);
  return { runUnit: () => ClassHead.fit(support, kinds) };
}

export const teachings: readonly Workload[] = [
  {
    id: "W8rteach",
    description: "teach 25 vectors of 512, with the report, and predict 75",
    tasks: 1,
    start: startTeaching,
  },
  {
    id: "W8rhead",
    description: "fit the head of `teach` to 25 embeddings of 512, and predict 75",
    tasks: 1,
    start: startHead,
  },
  {
    id: "W8rrefit",
    description: "fit the head of `teach` to 1,000 embeddings of 512",
    tasks: 1,
    start: startRefit,
  },
];

/** An adapted task: the classes or the numbers that a support taught, ready to predict; save and load it. */

import { type ArraySpec, type Arrays, mapTree, type NDArray, type Tree } from "../base/array.js";
import { RunError } from "../base/errors.js";
import { collate, type Example, loadTable, type Table } from "../data/index.js";
import { inBatches } from "./batches.js";
import { FORMAT_VERSION } from "./card.js";
import { capacityFor, datasetOf, type Examples, waysArray } from "./examples.js";
import { checkReplaceable, writeFolder } from "./folder.js";
import type { Model } from "./model.js";
import { encodeSafetensors } from "./safetensors.js";
import { flattenTree } from "./trees.js";

/** What a task says of one example: a class, or a number where the support's labels were numbers. */
export type Prediction = ClassPrediction | ValuePrediction;

interface AnyPrediction {
  readonly id: string;
  /** The fusion's weight of each modality the example has; they add up to 1. */
  readonly weights: Readonly<Record<string, number>>;
}

export interface ClassPrediction extends AnyPrediction {
  /** The class of the greatest probability. */
  readonly label: string;
  readonly probabilities: Readonly<Record<string, number>>;
  /** True where the greatest probability is lower than 95 % of right-class queries had on validation. */
  readonly unknown: boolean;
  readonly value?: undefined;
}

export interface ValuePrediction extends AnyPrediction {
  readonly value: number;
  readonly label?: undefined;
  readonly probabilities?: undefined;
  readonly unknown?: undefined;
}

export class Task {
  constructor(
    readonly model: Model,
    /** In the order of the probabilities; none where labels are numbers. */
    readonly classes: readonly string[],
    readonly kept: Record<string, Arrays>,
  ) {}

  /** Predict one example. */
  async predict(example: Example, options: { signal?: AbortSignal } = {}): Promise<Prediction> {
    const [prediction] = await this.predictAll([example], options);
    return prediction;
  }

  /** Predict examples: each alone or, by a transductive model, by the statistics of all of them together. */
  async predictAll(examples: Examples, { signal }: { signal?: AbortSignal } = {}): Promise<Prediction[]> {
    const { runtime, weights, card, modalities } = this.model;
    const { rows: given } = datasetOf(examples, card.modalities);
    const table = await loadTable(given, card.modalities, { signal });
    const ways = waysArray(Math.max(1, this.classes.length), capacityFor(this.classes.length));
    const predict = async (some: readonly number[]) => {
      const query = collate(table, some, modalities, capacityFor(some.length));
      const out = await runtime.predict(weights, this.kept, query, ways, { signal });
      return some.map((row, i) => this.#read(table, row, i, out));
    };
    return runtime.transductive ? predict([...table.rows.keys()]) : inBatches(table.rows.length, predict);
  }

  #read(
    table: Table,
    row: number,
    i: number,
    out: { answers: NDArray; weights: Record<string, NDArray> },
  ): Prediction {
    const capacity = out.answers.shape[1];
    const probability = (k: number) => out.answers.data[i * capacity + k];
    const best = this.classes.reduce((top, _, k) => (probability(k) > probability(top) ? k : top), 0);
    if (!Number.isFinite(probability(best)))
      throw new RunError(
        "task/not-finite",
        `the prediction of ${table.rows[row].where} is not finite: training diverged. Train again with a lower train.rate.`,
      );
    const has = this.model.modalities.filter((name) => table.columns[name].present[row]);
    const { id } = table.rows[row];
    const weights = Object.fromEntries(has.map((name) => [name, out.weights[name].data[i]]));
    if (this.classes.length === 0) return { id, value: probability(0), weights };
    return {
      id,
      label: this.classes[best],
      probabilities: Object.fromEntries(this.classes.map((name, k) => [name, probability(k)])),
      unknown: probability(best) < this.model.card.unknownBelow,
      weights,
    };
  }

  /** Write the task as a folder that needs nothing else, replacing a task folder that is there. */
  async save(path: string): Promise<void> {
    checkReplaceable(path, "task.json");
    const card = {
      format: "metamodal-task",
      version: FORMAT_VERSION,
      modelHash: this.model.hash,
      kind: this.model.runtime.learner.keeps,
      classes: this.classes,
      capacity: capacityFor(this.classes.length),
      arrays: mapTree(({ dtype, shape }: ArraySpec) => ({ dtype, shape }), this.kept as Tree<ArraySpec>),
    };
    const arrays = flattenTree("kept", this.kept);
    await writeFolder(path, {
      ...this.model.ownFiles(),
      "task.json": `${JSON.stringify(card, null, 2)}\n`,
      "task.safetensors": encodeSafetensors({ arrays, metadata: {} }),
    });
  }
}

/** An adapted task: the classes or the numbers that a support taught, ready to predict; save and load it. */

import { type ArraySpec, mapTree } from "../base/array.js";
import { encodeSafetensors } from "../base/safetensors.js";
import type { Example } from "../data/index.js";
import { collate, loadTable, plainUnit, type Table, type TargetUnit, targetFrom } from "../episode/index.js";
import { probabilitiesOf } from "../objective/index.js";
import { inBatches } from "./batches.js";
import { isUnknown, temperatureAt } from "./certainty.js";
import { capacityFor, datasetOf, type Examples } from "./examples.js";
import { saveFolder } from "./folder.js";
import type { AdaptedArrays, Outputs } from "./inference.js";
import { FORMAT_VERSION } from "./migration.js";
import type { Model } from "./model.js";
import { notFinite } from "./not-finite.js";
import { flattenTree } from "./trees.js";

/** What a task says of one example: a class, or a number where the support's labels were numbers. */
export type Prediction = ClassPrediction | ValuePrediction;

interface AnyPrediction {
  readonly id: string;
  /** Weight of each modality the example has, 0 if the support did not show it; they add up to 1. All 0 if it showed none. */
  readonly weights: Readonly<Record<string, number>>;
}

export interface ClassPrediction extends AnyPrediction {
  /** The class of the greatest probability. */
  readonly label: string;
  readonly probabilities: Readonly<Record<string, number>>;
  /**
   * True where the model is less certain that the example is of one of these classes than it was of 95 % of the examples
   * of an episode's classes on validation, or if support and example have no modality in common that could be compared.
   * False otherwise where no threshold could be fitted: see the card's `certainty`.
   */
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
    readonly adapted: AdaptedArrays,
    /** How many support examples the name of each class was, besides those given. */
    readonly labelShots = 0,
    /** What the support's labels were standardised by, if they are numbers. */
    readonly unit: TargetUnit = plainUnit,
  ) {}

  /** Predict one example. */
  async predict(example: Example, options: { signal?: AbortSignal } = {}): Promise<Prediction> {
    const [prediction] = await this.predictAll([example], options);
    return prediction;
  }

  /** Predict examples: each alone or, by a transductive model, by the statistics of all of them together. */
  async predictAll(examples: Examples, { signal }: { signal?: AbortSignal } = {}): Promise<Prediction[]> {
    const { inference, definition, weights, card, modalities } = this.model;
    const { rows: given } = datasetOf(examples, card.modalities);
    const table = await loadTable(given, card.modalities, { signal, threads: inference.engine.threads });
    const predict = async (some: readonly number[], alone: boolean) => {
      const query = collate(table, some, modalities, capacityFor(some.length));
      const out = await inference.predict(weights, this.adapted, query, { signal, alone });
      return some.map((row, i) => this.#read(table, row, i, out));
    };
    return definition.transductive
      ? predict([...table.rows.keys()], true)
      : inBatches(table.rows.length, card.modalities, predict);
  }

  #read(table: Table, row: number, i: number, out: Outputs): Prediction {
    const start = i * out.outputs.shape[1];
    const outputs = out.outputs.data.subarray(start, start + Math.max(1, this.classes.length));
    if (!outputs.every(Number.isFinite))
      throw notFinite(
        table,
        { code: "task/not-finite", what: `the prediction of ${table.rows[row].where}`, rows: [row] },
        this.model.card.recipe,
      );
    const has = this.model.modalities.filter((name) => table.columns[name].present[row]);
    const { id } = table.rows[row];
    const weights = Object.fromEntries(has.map((name) => [name, out.weights[name].data[i]]));
    if (this.classes.length === 0) return { id, value: targetFrom(outputs[0], this.unit), weights };
    const { certainty } = this.model.card;
    // All weights are 0 if the support showed none of the example's modalities.
    const isCompared = Object.values(weights).some((weight) => weight > 0);
    const probabilities = probabilitiesOf(outputs, temperatureAt(certainty, this.classes.length));
    return {
      id,
      label: this.classes[outputs.indexOf(Math.max(...outputs))],
      probabilities: Object.fromEntries(this.classes.map((name, k) => [name, probabilities[k]])),
      unknown: !isCompared || isUnknown(certainty, outputs),
      weights,
    };
  }

  /**
   * Write the task as a folder that needs nothing else, replacing a task folder that is there. Throws an `InputError`, and
   * changes nothing, if anything else is there or in it.
   */
  async save(path: string): Promise<void> {
    const card = {
      format: "metamodal-task",
      version: FORMAT_VERSION,
      modelHash: this.model.hash,
      kind: this.model.definition.learner.keeps,
      classes: this.classes,
      ...(this.labelShots > 0 && { labelShots: this.labelShots }),
      ...(this.model.card.targets && { unit: this.unit }),
      capacity: capacityFor(this.classes.length),
      arrays: mapTree(({ dtype, shape }: ArraySpec) => ({ dtype, shape }), this.adapted),
    };
    const arrays = flattenTree("kept", this.adapted);
    await saveFolder(path, "task", {
      ...this.model.ownFiles(),
      "task.json": `${JSON.stringify(card, null, 2)}\n`,
      "task.safetensors": encodeSafetensors({ arrays, metadata: {} }),
    });
  }
}

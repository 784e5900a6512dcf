/** A task: a model adapted to a support, which predicts classes or regression values and can be saved. */

import { type ArraySpec, mapTree } from "../base/array.js";
import { encodeSafetensors } from "../base/safetensors.js";
import type { Example } from "../data/index.js";
import { collate, loadTable, plainUnit, type Table, type TargetUnit, targetFrom } from "../episode/index.js";
import { probabilitiesOf } from "../objective/index.js";
import { inBatches } from "./batches.js";
import type { ModelCard } from "./card.js";
import { isUnknown, temperatureAt } from "./certainty.js";
import { capacityFor, datasetOf, type Examples } from "./examples.js";
import { saveFolder } from "./folder.js";
import type { AdaptedArrays, InferencePrograms, Outputs } from "./inference.js";
import { FORMAT_VERSION } from "./migration.js";
import { notFinite } from "./not-finite.js";
import { sealCard } from "./seal.js";
import { flattenTree } from "./trees.js";
import type { Weights } from "./weights.js";

/** The prediction of one example: a class, or a value if the model was trained for regression. */
export type Prediction = ClassPrediction | ValuePrediction;

/** What every prediction has. */
export interface AnyPrediction {
  readonly id: string;
  /**
   * Fusion weight α of each modality that the example has; they add up to 1. A modality that the support does not have
   * weighs 0, and all weigh 0 if the support has none of them.
   */
  readonly weights: Readonly<Record<string, number>>;
}

export interface ClassPrediction extends AnyPrediction {
  /** The most probable class. */
  readonly label: string;
  /** Calibrated probability of each class; they add up to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
  /**
   * Whether the example is likely of none of the task's classes: its certainty is below the threshold that 95 % of known
   * validation queries reach, or support and example have no modality in common. If no threshold was fitted (see
   * `certainty` in the model's card), only the latter makes it true.
   */
  readonly unknown: boolean;
  readonly value?: undefined;
}

export interface ValuePrediction extends AnyPrediction {
  /** The predicted regression value, in the unit of the support's labels. */
  readonly value: number;
  readonly label?: undefined;
  readonly probabilities?: undefined;
  readonly unknown?: undefined;
}

/** The model that a task was adapted from. */
export interface TaskModel {
  readonly card: ModelCard;
  readonly modalities: readonly string[];
  readonly hash: string;
  /** @internal */
  readonly inference: InferencePrograms;
  /** @internal */
  readonly weights: Weights;
  /** @internal */
  ownFiles(): Readonly<Record<string, string | Uint8Array>>;
}

/**
 * A model that is adapted to the classes or the regression targets of a support. Tasks come from {@link Model.adapt},
 * {@link Model.known} and {@link loadTask}.
 *
 * @example
 * const task = await model.adapt(support);
 * task.classes; // ["ox-eye", "poppy"]
 */
export class Task {
  /** @internal */
  constructor(
    readonly model: TaskModel,
    /** The classes, in the order of the probabilities; empty for regression. */
    readonly classes: readonly string[],
    /** @internal What adapting to the support gave. */
    readonly adapted: AdaptedArrays,
    /** Support examples per class that were the class name as text, in addition to the given ones. */
    readonly labelShots = 0,
    /** The centre and scale by which regression targets of the support were standardised. */
    readonly unit: TargetUnit = plainUnit,
  ) {}

  /**
   * Predict one example.
   *
   * @throws {InputError} `model/no-known-modality` if it has none of the model's modalities.
   * @example const { label, probabilities, unknown } = await task.predict({ image: photo });
   */
  async predict(example: Example, options: { signal?: AbortSignal } = {}): Promise<Prediction> {
    const [prediction] = await this.predictAll([example], options);
    return prediction;
  }

  /**
   * Predict examples, in their order. Predictions are independent of one another, unless the model is transductive: then
   * all examples of a call are normalised together.
   *
   * @throws {InputError} `model/no-known-modality` if an example has none of the model's modalities.
   * @example const predictions = await task.predictAll([{ image: photo }, { text: "white ray florets" }]);
   */
  async predictAll(examples: Examples, { signal }: { signal?: AbortSignal } = {}): Promise<Prediction[]> {
    const { inference, weights, card, modalities } = this.model;
    const { rows } = datasetOf(examples, card.modalities);
    const table = await loadTable(rows, card.modalities, { signal, threads: inference.engine.threads });
    const predict = async (batch: readonly number[], alone: boolean) => {
      const query = collate(table, batch, modalities, capacityFor(batch.length));
      const result = await inference.predict(weights, this.adapted, query, { signal, alone });
      return batch.map((row, i) => this.#prediction(table, row, i, result));
    };
    return inference.definition.transductive
      ? predict([...table.rows.keys()], true)
      : inBatches(table.rows.length, card.modalities, predict);
  }

  /** The prediction of a table row, from row `i` of a batch's outputs. */
  #prediction(table: Table, row: number, i: number, result: Outputs): Prediction {
    const start = i * result.outputs.shape[1];
    const outputs = result.outputs.data.subarray(start, start + Math.max(1, this.classes.length));
    if (!outputs.every(Number.isFinite))
      throw notFinite(
        table,
        { code: "task/not-finite", what: `the prediction of ${table.rows[row].where}`, rows: [row] },
        this.model.card.recipe,
      );
    const present = this.model.modalities.filter((name) => table.columns[name].present[row]);
    const { id } = table.rows[row];
    const weights = Object.fromEntries(present.map((name) => [name, result.weights[name].data[i]]));
    if (this.classes.length === 0) return { id, value: targetFrom(outputs[0], this.unit), weights };
    const { certainty } = this.model.card;
    // All weights are 0 if the support has none of the example's modalities.
    const isComparable = Object.values(weights).some((weight) => weight > 0);
    const probabilities = probabilitiesOf(outputs, temperatureAt(certainty, this.classes.length));
    return {
      id,
      label: this.classes[outputs.indexOf(Math.max(...outputs))],
      probabilities: Object.fromEntries(this.classes.map((name, k) => [name, probabilities[k]])),
      unknown: !isComparable || isUnknown(certainty, outputs),
      weights,
    };
  }

  /**
   * Release the compiled programs of the task's model, and end the threads that no other call uses. A later call starts them
   * anew.
   *
   * @example await task.close();
   */
  async close(): Promise<void> {
    this.model.inference.close();
  }

  /**
   * Close the task, for `await using`.
   *
   * @example await task[Symbol.asyncDispose]();
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * Write the task and its model as a self-contained folder, replacing a task folder at `path`.
   *
   * @throws {InputError} `model/would-overwrite`, with nothing changed, if `path` or the folder holds anything else.
   * @example await task.save("flowers.task");
   */
  async save(path: string): Promise<void> {
    await saveFolder(path, "task", this.files());
  }

  /** @internal The files of the task's folder: its own and those of its model. */
  files(): Record<string, string | Uint8Array> {
    const card = {
      format: "metamodal-task",
      version: FORMAT_VERSION,
      modelHash: this.model.hash,
      kind: this.model.inference.definition.learner.keeps,
      classes: this.classes,
      ...(this.labelShots > 0 && { labelShots: this.labelShots }),
      ...(this.model.card.targets && { unit: this.unit }),
      capacity: capacityFor(this.classes.length),
      arrays: mapTree(({ dtype, shape }: ArraySpec) => ({ dtype, shape }), this.adapted),
    };
    const arrays = flattenTree("kept", this.adapted);
    const files = { "task.safetensors": encodeSafetensors({ arrays, metadata: {} }) };
    return { ...this.model.ownFiles(), "task.json": sealCard(card, files), ...files };
  }
}

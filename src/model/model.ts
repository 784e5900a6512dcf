/** A meta-trained model: adapts to tasks from a few examples, embeds examples, and is saved as a folder. */

import { allFinite, allocate, leavesOf, type NDArray } from "../base/array.js";
import { concatenated, utf8Bytes } from "../base/bytes.js";
import { InputError } from "../base/errors.js";
import { encodeSafetensors } from "../base/safetensors.js";
import { sha256 } from "../base/sha256.js";
import { checkLabelled } from "../data/index.js";
import type { Engine } from "../engine/index.js";
import {
  collate,
  collateSupport,
  type ExampleBatch,
  loadTable,
  supportOf,
  type Table,
} from "../episode/index.js";
import { areVectors, inBatches } from "./batches.js";
import { encodeCard, type ModelCard } from "./card.js";
import { ModelDefinition } from "./definition.js";
import { capacityFor, datasetOf, type Examples, waysOf } from "./examples.js";
import { saveFolder } from "./folder.js";
import { InferencePrograms } from "./inference.js";
import { notFinite } from "./not-finite.js";
import { supportArrays } from "./support.js";
import { Task } from "./task.js";
import { flattenTree } from "./trees.js";
import { checkLabelNames, viewOf } from "./view.js";
import type { Weights } from "./weights.js";

export interface AdaptOptions {
  /** Support examples per class that are the class name as text, in addition to the given ones; default as in training. */
  labelShots?: number;
  signal?: AbortSignal;
}

/**
 * A meta-trained model, which adapts to tasks of new classes. Models come from {@link metaTrain} and {@link loadModel}.
 *
 * @example
 * const model = await loadModel("flowers.model");
 * model.modalities; // ["image", "text"]
 */
export class Model {
  /** @internal */
  readonly inference: InferencePrograms;

  /** By modality, a model of the same recipe trained on that modality alone; empty without `withUnimodal`. */
  readonly alone: Readonly<Record<string, Model>>;

  /** The contents of `model.json`: recipe, modalities, classes, training, certainty. */
  readonly card: ModelCard;

  /** @internal */
  readonly weights: Weights;

  /** @internal */
  constructor(
    card: ModelCard,
    weights: Weights,
    engine: Engine,
    alone: Readonly<Record<string, Model>> = {},
  ) {
    this.card = card;
    this.weights = weights;
    this.inference = new InferencePrograms(new ModelDefinition(card.recipe, card.modalities), engine);
    this.inference.freeze(weights);
    this.alone = alone;
  }

  /** @internal */
  get definition(): ModelDefinition {
    return this.inference.definition;
  }

  /** The names of the model's modalities, in the order of its recipe. */
  get modalities(): string[] {
    return this.definition.modalities;
  }

  /** SHA-256 digest of the card and the weights, in hexadecimal; adapted tasks store it. */
  get hash(): string {
    const contents = Object.values(this.ownFiles());
    return sha256(concatenated(contents.map((each) => (typeof each === "string" ? utf8Bytes(each) : each))));
  }

  /**
   * Adapt to a task. Every support example needs a `label`: at least two classes with one or more examples each or, for a
   * regression model, numbers of a single group. An example may have any subset of the model's modalities. If examples
   * have a `split`, only those of `train` are used, as long as there are any.
   *
   * @throws {InputError} `task/no-label`, `task/one-class`, `task/fixed-way`, `task/several-groups`, `task/other-labels`
   * for a support the model cannot learn from, `model/no-known-modality` for an example with none of its modalities.
   * @example
   * const task = await model.adapt([{ label: "ox-eye", image: photo }, { label: "poppy", image: another }]);
   * @example
   * const support = [{ label: "ox-eye", text: "white ray florets" }, { label: "poppy", text: "red petals" }];
   * const { label } = await (await model.adapt(support)).predict({ image: photo });
   */
  async adapt(
    examples: Examples,
    { labelShots = this.definition.view.labelShots, ...options }: AdaptOptions = {},
  ): Promise<Task> {
    const data = supportOf(datasetOf(examples, this.card.modalities), { asGiven: true });
    checkLabelled(data);
    const { rows } = data;
    const { recipe, modalities } = this.card;
    const view = viewOf({ labelShots }, modalities, recipe.task, (field) => `model.adapt, option ${field}`);
    checkLabelNames(rows, view);
    const labelText = this.definition.labelTextSpec(view);
    const { threads } = this.inference.engine;
    const { targets } = this.card;
    const table = await loadTable(rows, modalities, { ...options, threads, labelText, targets });
    const { support, items, ways, classes, unit } = supportArrays(table, view, this.definition);
    // One program is faster than two if examples are vectors, whose embedding costs little.
    if (!this.definition.embedsOnce || areVectors(this.card.modalities)) {
      const adapted = await this.inference.adapt(this.weights, support, ways, { ...options, alone: true });
      return this.#taskOf(table, classes, adapted, labelShots, unit);
    }
    const { mask } = support;
    const features = allocate({ dtype: "float32", shape: [mask.shape[0], this.definition.fusedWidth] });
    const gather = (indexes: readonly number[], capacity: number) =>
      collateSupport(
        table,
        indexes.map((i) => items[i]),
        view,
        capacity,
      );
    for (const [i, row] of (await this.#embedded(items.length, gather, options)).entries())
      features.data.set(row, i * row.length);
    const adapted = await this.inference.fitHead(this.weights, features, support, ways, {
      ...options,
      alone: true,
    });
    return this.#taskOf(table, classes, adapted, labelShots, unit);
  }

  /** The task of an adaptation, which must be finite. */
  #taskOf(table: Table, ...[classes, adapted, labelShots, unit]: TaskParts): Task {
    const leaves = leavesOf<NDArray>(adapted);
    if (leaves.some(([, { data }]) => !allFinite(data)))
      throw notFinite(
        table,
        { code: "task/not-finite", what: "the adaptation to the support", rows: table.rows.keys() },
        this.card.recipe,
      );
    return new Task(this, classes, adapted, labelShots, unit);
  }

  /**
   * Return the train classes of a model of closed (supervised) training as a task, without a support.
   *
   * @throws {InputError} `model/no-classes` if the model was trained on episodes.
   * @example const { label } = await (await classifier.known()).predict({ image: photo });
   */
  async known(options: { signal?: AbortSignal } = {}): Promise<Task> {
    const { recipe, classes } = this.card;
    if (!recipe.closed) throw knowsNoClasses(recipe.learner.name);
    const ways = waysOf(classes.train, classes.train);
    return new Task(this, classes.train, await this.inference.known(this.weights, ways, options));
  }

  /**
   * Embed examples independently of one another: one vector `[W]` per example, in their order, of the model's fused width W.
   *
   * @throws {InputError} `model/no-embedding` unless the model's normalisation is `running`: other models need a support;
   * `model/no-known-modality` if an example has none of the model's modalities.
   * @example const [vector] = await classifier.embed([{ image: photo }]); // Float32Array(64)
   */
  async embed(examples: Examples, options: { signal?: AbortSignal } = {}): Promise<Float32Array[]> {
    if (this.definition.normalisation !== "running") throw needsSupport(this.definition.normalisation);
    const { rows } = datasetOf(examples, this.card.modalities);
    const { threads } = this.inference.engine;
    const table = await loadTable(rows, this.card.modalities, { ...options, threads });
    const gather = (indexes: readonly number[], capacity: number) =>
      collate(table, indexes, this.modalities, capacity);
    return this.#embedded(rows.length, gather, options);
  }

  /** The embeddings of `count` examples; `gather` collates a batch of their indexes. */
  #embedded(
    count: number,
    gather: (indexes: readonly number[], capacity: number) => ExampleBatch,
    options: { signal?: AbortSignal },
  ): Promise<Float32Array[]> {
    return inBatches(count, this.card.modalities, async (indexes, alone) => {
      const batch = gather(indexes, capacityFor(indexes.length));
      const { data, shape } = await this.inference.embed(this.weights, batch, { ...options, alone });
      return indexes.map((_, i) => (data as Float32Array).slice(i * shape[1], (i + 1) * shape[1]));
    });
  }

  /**
   * Write the model as a folder, replacing a model folder at `path`.
   *
   * @throws {InputError} `model/would-overwrite`, with nothing changed, if `path` or the folder holds anything else.
   * @example await model.save("flowers.model");
   */
  async save(path: string): Promise<void> {
    await saveFolder(path, "model", this.files());
  }

  /** @internal The files of this model and its unimodal models, by their names in its folder. */
  files(): Record<string, string | Uint8Array> {
    const files = this.#files(this.card);
    for (const [name, model] of Object.entries(this.alone))
      for (const [file, contents] of Object.entries(model.ownFiles()))
        files[`alone/${name}/${file}`] = contents;
    return files;
  }

  /**
   * Release the model's compiled programs, and end the threads that no other call uses. A later call starts them anew, so a
   * closed model still predicts. Idle threads end by themselves after 30 seconds, and never keep a process alive.
   *
   * @example
   * const model = await loadModel("flowers.model"); // or `await using`, where the language has it
   * await model.close();
   */
  async close(): Promise<void> {
    for (const model of [this, ...Object.values(this.alone)]) model.inference.close();
  }

  /**
   * Close the model, for `await using`.
   *
   * @example await model[Symbol.asyncDispose]();
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal The files of this model without those of its unimodal models; a task folder contains them. */
  ownFiles(): Record<string, string | Uint8Array> {
    return this.#files({ ...this.card, alone: [] });
  }

  #files(card: ModelCard): Record<string, string | Uint8Array> {
    const { params, state } = this.weights;
    const arrays = { ...flattenTree("params", params), ...flattenTree("state", state) };
    const files = { "model.safetensors": encodeSafetensors({ arrays, metadata: {} }) };
    return { "model.json": encodeCard(card, files), ...files };
  }
}

/** What a task is made of besides its model. */
type TaskParts = ConstructorParameters<typeof Task> extends [unknown, ...infer Rest] ? Rest : never;

const needsSupport = (normalisation: string) =>
  new InputError({
    code: "model/no-embedding",
    where: "model.embed",
    problem: `the model normalises by ${normalisation} statistics`,
    expected: "a model of running normalisation, which embeds each example alone",
    remedy: "Adapt the model to a support and predict, or train a learner of running normalisation.",
  });

const knowsNoClasses = (learner: string) =>
  new InputError({
    code: "model/no-classes",
    where: "the model",
    problem: `it was trained on episodes by ${learner}, and has no classes without a support`,
    expected: "a model of train --closed, or an adapted task",
    remedy: "Adapt it to labelled examples first: metamodal adapt, or model.adapt.",
  });

/** A meta-trained model: adapt it to a task from a few examples; save and load it. */

import { createHash } from "node:crypto";
import { allFinite, allocate, leavesOf, type NDArray } from "../base/array.js";
import { InputError } from "../base/errors.js";
import { encodeSafetensors } from "../base/safetensors.js";
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
import { checkNames, viewOf } from "./view.js";
import type { Weights } from "./weights.js";

export interface AdaptOptions {
  /**
   * Add the name of each class as so many more support examples, which show its text alone; by default as many as the
   * model was trained with.
   */
  labelShots?: number;
  signal?: AbortSignal;
}

export class Model {
  /** @internal */
  readonly inference: InferencePrograms;

  /** Models of the same recipe that were trained on one modality only, by that modality. */
  readonly alone: Readonly<Record<string, Model>>;

  /** What model.json says. */
  readonly card: ModelCard;

  /** @internal */
  readonly weights: Weights;

  /** @internal Models come from `metaTrain` and `loadModel`. */
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

  /** The modalities it takes, in its order. */
  get modalities(): string[] {
    return this.definition.modalities;
  }

  /** A digest of all that decides predictions; adapted tasks keep it. */
  get hash(): string {
    const hash = createHash("sha256");
    for (const contents of Object.values(this.ownFiles())) hash.update(contents);
    return hash.digest("hex");
  }

  /**
   * Adapt to a task. Every example needs a `label`: the names of two classes at least, where one example a class is
   * enough, or numbers of one group, as the model was trained. Each example may have any of the model's modalities. Of examples with a `split`,
   * those of train are learnt from, if there are any.
   *
   * @example await model.adapt([{ label: "ox-eye", image: photo }, { label: "poppy", image: other }]);
   * @example await model.adapt([{ label: "ox-eye", text: "white ray florets" }, …]); // then predict({ image })
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
    checkNames(rows, view);
    const labelText = this.definition.labelTextSpec(view);
    const { threads } = this.inference.engine;
    const { targets } = this.card;
    const table = await loadTable(rows, modalities, { ...options, threads, labelText, targets });
    const { support, items, ways, classes, unit } = supportArrays(table, view, this.definition);
    // Embedding vectors takes less than another call.
    if (!this.definition.embedsOnce || areVectors(this.card.modalities)) {
      const kept = await this.inference.adapt(this.weights, support, ways, { ...options, alone: true });
      return this.#taught(table, classes, kept, labelShots, unit);
    }
    const { mask } = support;
    const features = allocate({ dtype: "float32", shape: [mask.shape[0], this.definition.fusedWidth] });
    const gather = (some: readonly number[], capacity: number) =>
      collateSupport(
        table,
        some.map((i) => items[i]),
        view,
        capacity,
      );
    for (const [i, row] of (await this.#embedded(items.length, gather, options)).entries())
      features.data.set(row, i * row.length);
    const kept = await this.inference.fitHead(this.weights, features, support, ways, {
      ...options,
      alone: true,
    });
    return this.#taught(table, classes, kept, labelShots, unit);
  }

  /** A task of what a support taught, which must be finite. */
  #taught(table: Table, ...[classes, kept, labelShots, unit]: TaughtTask): Task {
    const leaves = leavesOf<NDArray>(kept);
    if (leaves.some(([, { data }]) => !allFinite(data)))
      throw notFinite(
        table,
        { code: "task/not-finite", what: "what the support teaches", rows: table.rows.keys() },
        this.card.recipe,
      );
    return new Task(this, classes, kept, labelShots, unit);
  }

  /**
   * What a model of closed training knows without a support: its train classes, as a task.
   *
   * @example await (await model.known()).predict({ image: photo });
   */
  async known(options: { signal?: AbortSignal } = {}): Promise<Task> {
    const { recipe, classes } = this.card;
    if (!recipe.closed) throw knowsNoClass(recipe.learner.name);
    const ways = waysOf(classes.train, classes.train);
    return new Task(this, classes.train, await this.inference.known(this.weights, ways, options));
  }

  /**
   * Embed examples, each alone: a vector of the model's width an example, in their order. Only models of `running`
   * normalisation can, since others need a support to normalise by.
   *
   * @example const [vector] = await model.embed([{ image: photo }]); // Float32Array(64)
   */
  async embed(examples: Examples, options: { signal?: AbortSignal } = {}): Promise<Float32Array[]> {
    if (this.definition.normalisation !== "running") throw embedsNothingAlone(this.definition.normalisation);
    const { rows } = datasetOf(examples, this.card.modalities);
    const { threads } = this.inference.engine;
    const table = await loadTable(rows, this.card.modalities, { ...options, threads });
    const gather = (some: readonly number[], capacity: number) =>
      collate(table, some, this.modalities, capacity);
    return this.#embedded(rows.length, gather, options);
  }

  #embedded(
    count: number,
    gather: (some: readonly number[], capacity: number) => ExampleBatch,
    options: { signal?: AbortSignal },
  ): Promise<Float32Array[]> {
    return inBatches(count, this.card.modalities, async (some, alone) => {
      const batch = gather(some, capacityFor(some.length));
      const { data, shape } = await this.inference.embed(this.weights, batch, { ...options, alone });
      return some.map((_, i) => (data as Float32Array).slice(i * shape[1], (i + 1) * shape[1]));
    });
  }

  /**
   * Write the model as a folder, replacing a model folder that is there. Throws an `InputError`, and changes nothing, if
   * anything else is there or in it.
   */
  async save(path: string): Promise<void> {
    const files = this.#files(this.card);
    for (const [name, model] of Object.entries(this.alone))
      for (const [file, contents] of Object.entries(model.ownFiles()))
        files[`alone/${name}/${file}`] = contents;
    await saveFolder(path, "model", files);
  }

  /** @internal The files of this model by itself, which an adapted task takes along. */
  ownFiles(): Record<string, string | Uint8Array> {
    return this.#files({ ...this.card, alone: [] });
  }

  #files(card: ModelCard): Record<string, string | Uint8Array> {
    const { params, state } = this.weights;
    const arrays = { ...flattenTree("params", params), ...flattenTree("state", state) };
    return {
      "model.json": encodeCard(card),
      "model.safetensors": encodeSafetensors({ arrays, metadata: {} }),
    };
  }
}

/** What a task consists of besides its model. */
type TaughtTask = ConstructorParameters<typeof Task> extends [Model, ...infer Rest] ? Rest : never;

const embedsNothingAlone = (normalisation: string) =>
  new InputError({
    code: "model/no-embedding",
    where: "model.embed",
    problem: `the model normalises by ${normalisation} statistics`,
    expected: "a model of running normalisation, which embeds each example alone",
    remedy: "Adapt the model to a support and predict, or train a learner of running normalisation.",
  });

const knowsNoClass = (learner: string) =>
  new InputError({
    code: "model/no-classes",
    where: "the model",
    problem: `it was trained on episodes by ${learner}, and knows no class without a support`,
    expected: "a model of train --closed, or an adapted task",
    remedy: "Adapt it to labelled examples first: metamodal adapt, or model.adapt.",
  });

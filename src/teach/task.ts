/** A taught task: predicts, takes and drops examples, and is saved as a file. */

import { badArgument, checkOptions, checkPath } from "../base/given.js";
import type { Dataset, Example, Notice, Reading } from "../data/index.js";
import { checkExamples, createDataset, isDataset } from "../data/index.js";
import { findEncoder, type ModalitySpec } from "../modality/index.js";
import { absenceNotices } from "./absent.js";
import { ClassHead } from "./class-head.js";
import { contradictions } from "./contradictions.js";
import { readTaskFile, writeTaskFile } from "./disk.js";
import { type EmbedOptions, embedRows } from "./embed.js";
import type { TaskFile } from "./file.js";
import { type FitOptions, type FittedTask, fitTask, sortedKinds, type TaskParts } from "./fit-task.js";
import { mergeExamples } from "./merge.js";
import { originalsOf } from "./originals.js";
import { classPrediction, noWeights, type TaughtPrediction } from "./prediction.js";
import type { TaskReport } from "./report.js";
import { noSuch, undecodable } from "./task-errors.js";
import { valuesKey } from "./types.js";

/** What adding examples left out. */
export interface Added {
  /** Ids of examples that the task had already. */
  readonly repeated: readonly string[];
  /** Values that cannot be decoded, and encoders of further modalities that this installation lacks. */
  readonly notices: readonly Notice[];
}

/** A taught example: its id, and its class or number. */
export interface TaughtExample {
  readonly id: string;
  readonly label?: string;
  readonly target?: number;
}

/** Records in memory, or an opened data set. */
export type TaughtExamples = readonly Example[] | Dataset;

/**
 * A task that was taught without training. Tasks come from {@link teach} and {@link loadTaughtTask}.
 *
 * @example
 * const task = await teach([{ label: "ox-eye", image: photo }, { label: "poppy", image: another }]);
 * task.classes; // ["ox-eye", "poppy"]
 */
export class TaughtTask {
  #parts: TaskParts;
  #fitted: FittedTask;

  private constructor(parts: TaskParts, fitted: FittedTask) {
    this.#parts = parts;
    this.#fitted = fitted;
  }

  /** @internal */
  static async of(parts: TaskParts, report?: TaskReport, options?: FitOptions): Promise<TaughtTask> {
    return new TaughtTask(parts, await fitTask(parts, report, options));
  }

  /** @internal */
  get head(): FittedTask["head"] {
    return this.#fitted.head;
  }

  /** The classes in the order of their names; empty for numbers. */
  get classes(): readonly string[] {
    const { head } = this.#fitted;
    return head instanceof ClassHead ? head.classes : [];
  }

  /** Accuracy by the task's own examples, or why it cannot be known yet; undefined for numbers. */
  get report(): TaskReport | undefined {
    return this.#fitted.report;
  }

  /** The taught examples: ids and labels. */
  get examples(): readonly TaughtExample[] {
    return this.#parts.examples;
  }

  /** Names of the modalities. */
  get modalities(): string[] {
    return Object.keys(this.#parts.kinds);
  }

  /** Pretrained encoders in place of built-in ones: the model by modality. */
  get pretrained(): Readonly<Record<string, string>> {
    const specs = Object.entries(this.#parts.pretrained);
    return Object.fromEntries(specs.map(([modality, { frozen }]) => [modality, frozen.model]));
  }

  /**
   * How much each expert, an encoder of a modality, counts: the evidence that an example has for its own class on average,
   * by `modality/encoder`. Empty for numbers.
   */
  get experts(): Readonly<Record<string, number>> {
    const { head } = this.#fitted;
    return head instanceof ClassHead ? head.card.experts : {};
  }

  /** How later data are read as these were; `like` of `openDataset`. */
  get likeness(): { modalities: Readonly<Record<string, ModalitySpec>>; data: { reading?: Reading } } {
    const { kinds, reading, task } = this.#parts;
    const { spaces } = this.#fitted.head.vectors.values;
    const specs = Object.entries(kinds).map(([name, { kind, options }]) => [
      name,
      spaces.get(name)?.spec ?? { ...options, kind, shape: [1] },
    ]);
    return { modalities: Object.fromEntries(specs), data: { reading: { ...reading, task } } };
  }

  /**
   * Predict one example: label, probabilities, whether it is unknown, the weights of its modalities and the nearest taught
   * examples; or a number.
   *
   * @throws {InputError} for an example with none of the task's modalities
   * @example const { label, nearest } = await task.predict({ image: photo });
   */
  async predict(example: Example, options: { signal?: AbortSignal } = {}): Promise<TaughtPrediction> {
    const [prediction] = await this.predictAll([example], options);
    return prediction;
  }

  /**
   * Predict examples independently of one another, in their order.
   *
   * @example const predictions = await task.predictAll([{ image: photo }, { text: "white ray florets" }]);
   */
  async predictAll(examples: TaughtExamples, options: EmbedOptions = {}): Promise<TaughtPrediction[]> {
    const { examples: embedded, faults } = await this.#embed(this.#datasetOf(examples), options);
    if (faults.length > 0) throw undecodable(faults);
    const { head } = this.#fitted;
    if (head instanceof ClassHead) {
      const outcomes = await head.predictAll(embedded);
      const { taught } = this.#fitted;
      return outcomes.map((outcome, i) => {
        const isTaught = taught.has(valuesKey(embedded[i]));
        return classPrediction(head.classes, embedded[i], outcome, isTaught);
      });
    }
    const predictions: TaughtPrediction[] = [];
    for (const example of embedded) {
      const { value, weights } = await head.predict(example);
      predictions.push({ id: example.id, value, weights: { ...noWeights(example), ...weights } });
    }
    return predictions;
  }

  /**
   * Add labelled examples. Only they are embedded; the head and the report are computed anew, to what teaching all
   * examples together would give.
   *
   * @example await task.add([{ label: "daisy", image: photo }]);
   */
  async add(examples: TaughtExamples, given: EmbedOptions & FitOptions = {}): Promise<Added> {
    const options = { ...given };
    const dataset = this.#datasetOf(examples);
    const { examples: embedded, notices } = await this.#embed(dataset, options);
    const { originals: before, kinds: known, pretrained } = this.#parts;
    const { all, repeated, renamed } = mergeExamples(this.#parts.examples, embedded);
    const originals = before && new Map([...before, ...(await originalsOf(dataset, renamed))]);
    const kinds = { ...dataset.kinds, ...known };
    const further = Object.entries(kinds).filter(([name]) => !Object.hasOwn(known, name));
    await this.#replace({ ...this.#parts, kinds: sortedKinds(kinds), examples: all, originals }, options);
    const absent = absenceNotices(Object.fromEntries(further), pretrained);
    const contrary = contradictions(all, dataset.name, new Set(renamed.values()));
    return { repeated, notices: [...absent, ...notices, ...contrary] };
  }

  /**
   * Remove examples by id, and whole classes.
   *
   * @throws {InputError} `task/no-such-example` for an id or class that the task does not have, `task/one-class` if fewer than
   * two classes would remain
   * @example await task.remove({ classes: ["daisy"] });
   */
  async remove(
    names: { ids?: readonly string[]; classes?: readonly string[] },
    options: FitOptions = {},
  ): Promise<void> {
    checkOptions(names, "task.remove", "{ ids, classes }, or one of these");
    const { ids = [], classes = [] } = names;
    for (const [name, list] of Object.entries({ ids, classes }))
      if (!Array.isArray(list)) throw badArgument(`task.remove, ${name}`, list, "a list of names");
    const { examples } = this.#parts;
    const knownIds = new Set(examples.map(({ id }) => id));
    for (const id of ids) if (!knownIds.has(id)) throw noSuch("example", id, [...knownIds]);
    for (const name of classes) if (!this.classes.includes(name)) throw noSuch("class", name, this.classes);
    const kept = examples.filter(({ id, label }) => !ids.includes(id) && !classes.includes(label ?? ""));
    await this.#replace({ ...this.#parts, examples: kept }, options);
  }

  /**
   * Write the task as one file, replacing a taught task there.
   *
   * @throws {InputError} `task/would-overwrite`, with nothing changed, if anything else is at `path`
   * @example await task.save("photos.task");
   */
  async save(path: string): Promise<void> {
    await writeTaskFile(path, this.file);
  }

  /** @internal A task that starts as this one is and changes by itself. */
  copy(): TaughtTask {
    return new TaughtTask(this.#parts, this.#fitted);
  }

  /** @internal The contents of the task's file. */
  get file(): TaskFile {
    const { originals, ...parts } = this.#parts;
    const { report } = this;
    return { ...parts, ...(originals && { originals }), ...(report && { report }) };
  }

  #embed = (data: Dataset, { signal, onProgress }: EmbedOptions) =>
    embedRows(data, { signal, onProgress }, this.#parts.pretrained);

  async #replace(parts: TaskParts, options: FitOptions): Promise<void> {
    const fitted = await fitTask(parts, undefined, options);
    this.#parts = parts;
    this.#fitted = fitted;
  }

  #datasetOf(examples: TaughtExamples): Dataset {
    if (isDataset(examples)) return examples;
    checkExamples(examples);
    const declared = Object.entries(this.#parts.kinds).map(([name, { kind, options }]) => [
      name,
      { ...options, kind },
    ]);
    return createDataset({ name: "examples", examples, modalities: Object.fromEntries(declared) });
  }
}

/**
 * Read a taught task.
 *
 * @throws {InputError} `task/bad-file` for a file that is no taught task, `task/other-encoders` for one whose vectors other
 * versions of the built-in encoders made, `pretrained/gone` for one whose pretrained encoder is not there or has changed
 * @example const task = await loadTaughtTask("photos.task");
 */
export async function loadTaughtTask(path: string): Promise<TaughtTask> {
  checkPath(path, "loadTaughtTask, path");
  return taskOfFile(await readTaskFile(path), path);
}

/** The task of a file's contents; `where` is its name in errors. */
export async function taskOfFile(
  { report, ...parts }: TaskFile,
  where: string,
  options?: FitOptions,
): Promise<TaughtTask> {
  for (const [modality, spec] of Object.entries(parts.pretrained))
    await findEncoder(spec, `${where}, modality "${modality}"`);
  return TaughtTask.of(parts, report, options);
}

/** Taught tasks in a page: the types of Node's, with the work in a worker. */

import type { Example } from "../data/index.js";
import { notInPage } from "../modality/pretrained/not-in-page.js";
import type { EmbedOptions } from "../teach/embed.js";
import type { TaughtPrediction } from "../teach/prediction.js";
import type { TaskReport } from "../teach/report.js";
import type { Added, TaughtExample, TaughtExamples, TaughtTask } from "../teach/task.js";
import type { TeachOptions } from "../teach/teach.js";
import type { CallOptions } from "./connection.js";
import { call, type Held, type PageWorker, releasedBy, workerInUse } from "./page.js";
import type { CallEvent, TaskCard, TaskSource } from "./protocol.js";

/** What a task in a page has in common with one in Node. */
type Shared = Pick<
  TaughtTask,
  | "classes"
  | "report"
  | "examples"
  | "modalities"
  | "experts"
  | "predict"
  | "predictAll"
  | "add"
  | "remove"
  | "save"
>;

/** Releases the worker's tasks that the page no longer refers to. */
const dropped = releasedBy("release");

/**
 * A task in this page. Tasks come from {@link teach} and {@link loadTask}.
 *
 * @example
 * const task = await teach([{ label: "ox-eye", image: file }, { label: "poppy", image: another }]);
 * const { label } = await task.predict({ image: third });
 */
export class PageTask implements Shared {
  #card: TaskCard;
  readonly #held: Held;

  /** @internal */
  constructor(worker: PageWorker, card: TaskCard) {
    this.#card = card;
    this.#held = { worker, id: card.id };
    dropped.register(this, this.#held);
  }

  /** The classes in the order of their names; empty for numbers. */
  get classes(): readonly string[] {
    return this.#card.classes;
  }

  /** Accuracy by the task's own examples, or why it cannot be known yet; undefined for numbers. */
  get report(): TaskReport | undefined {
    return this.#card.report;
  }

  /** The taught examples: ids and labels. */
  get examples(): readonly TaughtExample[] {
    return this.#card.examples;
  }

  /** Names of the modalities. */
  get modalities(): string[] {
    return [...this.#card.modalities];
  }

  /** How much each expert, an encoder of a modality, counts, by `modality/encoder`. Empty for numbers. */
  get experts(): Readonly<Record<string, number>> {
    return this.#card.experts;
  }

  /**
   * Predict one example.
   *
   * @throws {InputError} for an example that cannot be decoded, or that has none of the task's modalities
   * @example const { label, nearest } = await task.predict({ image: file });
   */
  async predict(example: Example, options: { signal?: AbortSignal } = {}): Promise<TaughtPrediction> {
    const [prediction] = await this.predictAll([example], options);
    return prediction;
  }

  /** Predict examples independently of one another, in their order. */
  predictAll(examples: TaughtExamples, options: EmbedOptions = {}): Promise<TaughtPrediction[]> {
    const { worker, id } = this.#held;
    return call(worker, "predict", { id, examples }, callOptionsOf(options));
  }

  /**
   * Wait until the task has been taught with the encoders of `configure({ later })`, in place of those that were there first:
   * `experts` and `report` are those of all encoders then. Until then, predictions are those of the first encoders. Every other
   * method waits for it, too. Resolves at once for a task of all encoders.
   *
   * @throws {InputError} `builtin/missing` if a file cannot be fetched; the task stays as it is
   * @example await task.complete();
   */
  async complete(): Promise<void> {
    const { worker, id } = this.#held;
    this.#card = await call(worker, "complete", { id });
  }

  /**
   * Add labelled examples.
   *
   * @example await task.add([{ label: "daisy", image: file }]);
   */
  async add(examples: TaughtExamples, options: EmbedOptions = {}): Promise<Added> {
    const { worker, id } = this.#held;
    const { added, card } = await call(worker, "add", { id, examples }, callOptionsOf(options));
    this.#card = card;
    return added;
  }

  /**
   * Remove examples by id, and whole classes.
   *
   * @throws {InputError} as in Node
   * @example await task.remove({ classes: ["daisy"] });
   */
  async remove(names: { ids?: readonly string[]; classes?: readonly string[] }): Promise<void> {
    const { worker, id } = this.#held;
    this.#card = await call(worker, "remove", { id, ...names });
  }

  /**
   * Keep the task under a name in the browser's database, in place of another of that name.
   *
   * @throws {InputError} `task/not-kept` if the browser has no room, or keeps nothing for this page
   * @example await task.save("photos"); // later: await loadTask("photos")
   */
  save(name: string): Promise<void> {
    const { worker, id } = this.#held;
    return call(worker, "save", { id, name });
  }

  /** The task as a file, which Node's `loadTaughtTask` reads. */
  async toBlob(): Promise<Blob> {
    const { worker, id } = this.#held;
    const bytes = await call(worker, "encode", { id });
    return new Blob([Uint8Array.from(bytes)], { type: "application/zip" });
  }
}

/**
 * Teach a task of at least two classes, with one or more examples each, or of numbers. Images and sounds are Blobs (files of an
 * `<input>`), bytes or `ImageData`; the rest is as in Node. Encoders are fetched when their kind is first needed; no example
 * leaves the page.
 *
 * @throws {InputError} as in Node, `builtin/missing` if the encoders cannot be fetched, and `pretrained/not-in-page` for
 * `encoders` of the user's
 * @example const task = await teach([{ label: "star", strokes: [[[0, 0], [9, 5]]] }, { label: "tree", strokes: drawn }]);
 */
export async function teach(examples: TaughtExamples, options: TeachOptions = {}): Promise<PageTask> {
  const { encoders = {}, labelShots, keepExamples, modalities, ...others } = options;
  const [chosen] = Object.keys(encoders);
  if (chosen !== undefined) throw notInPage(`encoder ${chosen}`);
  const choices = { labelShots, keepExamples, modalities };
  const worker = workerInUse();
  return new PageTask(worker, await call(worker, "teach", { examples, choices }, callOptionsOf(others)));
}

/**
 * Load a task: by the name that it was saved under in this page's origin, from a file, or from a URL. `signal` ends the
 * transfer of a URL.
 *
 * @throws {InputError} `task/no-such-task`, `web/not-fetched`, `task/bad-file`, `data/bad-zip`, `task/other-encoders`
 * @example const task = await loadTask("photos");
 * @example const task = await loadTask(new URL("flowers.task", location.href));
 */
export async function loadTask(
  source: string | Blob | URL,
  { signal }: { signal?: AbortSignal } = {},
): Promise<PageTask> {
  const worker = workerInUse();
  return new PageTask(worker, await call(worker, "load", sourceOf(source), { signal }));
}

function sourceOf(source: string | Blob | URL): TaskSource {
  if (typeof source === "string") return { name: source };
  return source instanceof URL ? { url: source.href } : { file: source };
}

function callOptionsOf({ signal, onProgress, onNotice }: Omit<TeachOptions, "modalities">): CallOptions {
  const onEvent = (event: CallEvent) =>
    "notice" in event ? onNotice?.(event.notice) : onProgress?.(event.done, event.total);
  // Cast: the worker's handlers emit nothing else.
  return { signal, onEvent: onEvent as (event: unknown) => void };
}

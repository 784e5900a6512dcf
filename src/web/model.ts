/** Meta-trained models in a page: the types of Node's, with the work in a worker. */

import type { Example } from "../data/index.js";
import type { ModelCard } from "../model/card.js";
import type { Examples } from "../model/examples.js";
import type { AdaptOptions, Model } from "../model/model.js";
import type { Prediction, Task } from "../model/task.js";
import { call, type Held, type PageWorker, releasedBy, workerInUse } from "./page.js";
import type { AdaptedEntry, ModelEntry, ModelSource } from "./protocol.js";

/** Releases what the page no longer refers to. */
const dropped = releasedBy("releaseModel");

/**
 * A meta-trained model in this page. Models come from {@link loadModel}.
 *
 * @example
 * const model = await loadModel("models/drawings.model");
 * const task = await model.adapt([{ label: "star", strokes }, { label: "tree", strokes: others }]);
 */
export class PageModel implements Pick<Model, "card" | "modalities" | "embed"> {
  readonly #entry: ModelEntry;
  readonly #held: Held;

  /** @internal */
  constructor(worker: PageWorker, entry: ModelEntry) {
    this.#entry = entry;
    this.#held = { worker, id: entry.id };
    dropped.register(this, this.#held);
  }

  /** The contents of `model.json`: recipe, modalities, classes, training, certainty. */
  get card(): ModelCard {
    return this.#entry.card;
  }

  /** Names of the modalities. */
  get modalities(): string[] {
    return [...this.#entry.modalities];
  }

  /**
   * Keep the model under a name in the browser's database, in place of another of that name.
   *
   * @throws {InputError} `model/not-kept` if the browser has no room, or keeps nothing for this page
   * @example await model.save("waves"); // later: await loadModel({ name: "waves" })
   */
  save(name: string): Promise<void> {
    const { worker, id } = this.#held;
    return call(worker, "saveModel", { id, name });
  }

  /** The model as a file, a zip archive of its folder, which {@link loadModel} and that of Node read. */
  async toBlob(): Promise<Blob> {
    const { worker, id } = this.#held;
    const bytes = await call(worker, "encodeModel", { id });
    return new Blob([Uint8Array.from(bytes)], { type: "application/zip" });
  }

  /** @internal The worker that holds it, and its number there. */
  get held(): Held {
    return this.#held;
  }

  /** Adapt to a task, as in Node. @throws {InputError} as in Node */
  async adapt(examples: Examples, { labelShots, signal }: AdaptOptions = {}): Promise<PageModelTask> {
    const { worker, id } = this.#held;
    const entry = await call(worker, "adapt", { id, examples, labelShots }, { signal });
    return new PageModelTask(worker, entry, this);
  }

  /** Embed examples: one vector each. @throws {InputError} as in Node */
  embed(examples: Examples, { signal }: { signal?: AbortSignal } = {}): Promise<Float32Array[]> {
    const { worker, id } = this.#held;
    return call(worker, "embed", { id, examples }, { signal });
  }
}

/** A task of a model in this page. Tasks come from {@link PageModel.adapt}. */
export class PageModelTask implements Pick<Task, "classes" | "predict" | "predictAll"> {
  readonly #entry: AdaptedEntry;
  readonly #held: Held;

  /** @internal */
  constructor(
    worker: PageWorker,
    entry: AdaptedEntry,
    /** Kept as long as its tasks are. */
    readonly model: PageModel,
  ) {
    this.#entry = entry;
    this.#held = { worker, id: entry.id };
    dropped.register(this, this.#held);
  }

  /** The classes, in the order of the probabilities; empty for regression. */
  get classes(): readonly string[] {
    return this.#entry.classes;
  }

  /** Predict one example. @example const { label } = await task.predict({ strokes }); */
  async predict(example: Example, options: { signal?: AbortSignal } = {}): Promise<Prediction> {
    const [prediction] = await this.predictAll([example], options);
    return prediction;
  }

  /** Predict examples independently of one another, in their order. */
  predictAll(examples: Examples, { signal }: { signal?: AbortSignal } = {}): Promise<Prediction[]> {
    const { worker, id } = this.#held;
    return call(worker, "predictAdapted", { id, examples }, { signal });
  }
}

/**
 * Load a model: from the URL of its folder, relative to the page; from the file of {@link PageModel.toBlob}; or by the name that
 * it was saved under in this page's origin.
 *
 * @throws {InputError} `model/missing-file`, `model/bad-card`, `model/wrong-tensors` and `model/not-finite` as in Node,
 * `data/bad-zip`, `model/no-such-model`
 * @example const model = await loadModel("models/drawings.model");
 * @example const model = await loadModel({ name: "waves" });
 */
export async function loadModel(source: string | URL | Blob | { readonly name: string }): Promise<PageModel> {
  const worker = workerInUse();
  return new PageModel(worker, await call(worker, "loadModel", sourceOf(source)));
}

function sourceOf(source: Parameters<typeof loadModel>[0]): ModelSource {
  if (source instanceof Blob) return { file: source };
  if (typeof source === "string" || source instanceof URL)
    return { url: new URL(source, location.href).href };
  return { name: source.name };
}

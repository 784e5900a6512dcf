/** The base model as a model: `loadModel("base")`. */

import { checkOptions, checkPath } from "../base/given.js";
import type { EngineOptions } from "../engine/run/options.js";
import type { Evaluation } from "../evaluate/types.js";
import { loadModel as loadTrained } from "../model/load.js";
import type { Model } from "../model/model.js";
import { type EvaluateBaseOptions, evaluateBase } from "./evaluate.js";
import type { TaughtExamples, TaughtTask } from "./task.js";
import { type TeachOptions, teach } from "./teach.js";

/**
 * The base model: built-in encoders and a product of experts, for any modalities. It was not trained on episodes and has no
 * file.
 *
 * @example
 * const base = await loadModel("base");
 * const task = await base.adapt(support);
 */
export class BaseModel {
  /**
   * Adapt to a task, as {@link teach} does.
   *
   * @example
   * const base = await loadModel("base");
   * const task = await base.adapt(support);
   */
  adapt(examples: TaughtExamples, options: TeachOptions = {}): Promise<TaughtTask> {
    return teach(examples, options);
  }

  /**
   * Evaluate on episodes of a data set's classes, with 95 % intervals: all experts, each modality and each encoder.
   *
   * @throws {InputError} `evaluate/…` and `data/…` for options and data that no episode can be drawn from
   * @example
   * const base = await loadModel("base");
   * const { rows } = await base.evaluate({ data, way: 2, shot: 1, episodes: 20 });
   */
  evaluate(options: EvaluateBaseOptions): Promise<Evaluation> {
    return evaluateBase(options);
  }
}

/**
 * Read a model folder, or return the base model for `"base"`. The options choose the device and the number of threads of a
 * folder's model; results do not depend on them.
 *
 * @throws {InputError} `model/missing-file`, `model/bad-card` and `model/wrong-tensors` for files that do not form a model,
 * `model/not-finite` for weights that are not finite.
 * @example const model = await loadModel("flowers.model", { threads: 1 });
 * @example const base = await loadModel("base");
 */
export function loadModel(path: "base", options?: EngineOptions): Promise<BaseModel>;
export function loadModel(path: string, options?: EngineOptions): Promise<Model>;
export async function loadModel(path: string, options: EngineOptions = {}): Promise<Model | BaseModel> {
  checkPath(path, "loadModel, path");
  checkOptions(options, "loadModel");
  return path === "base" ? new BaseModel() : loadTrained(path, options);
}

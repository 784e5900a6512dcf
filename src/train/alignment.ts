/** The closed-form part of an alignment: solved from the embeddings of a step's episodes under the current weights. */

import type { Alignment } from "../alignment/index.js";
import { type Arrays, float32, type NDArray, sizeOf } from "../base/array.js";
import { vmap } from "../engine/index.js";
import type { EpisodeArrays } from "../episode/index.js";
import type { Programs, RunOptions, Weights } from "../model/index.js";
import {
  type EpisodeTensors,
  joinBatches,
  type ModelParams,
  type ModelState,
  type Network,
} from "../objective/index.js";

/** Embeddings [N, width] and presence [N] by modality. */
type Parts<T> = {
  readonly parts: Readonly<Record<string, T>>;
  readonly present: Readonly<Record<string, T>>;
};

/** Embed the examples of `episodes` (each of them stacked episodes, if `stacked`) and `solve` for all together. */
export async function solveAlignment(
  solve: NonNullable<Alignment["solve"]>,
  network: Network,
  programs: Programs,
  weights: Weights,
  episodes: readonly EpisodeArrays[],
  stacked: boolean,
  options?: RunOptions,
): Promise<Arrays> {
  const embed = (p: ModelParams, s: ModelState, { support, query }: EpisodeTensors) => {
    const { parts, had } = network.embed(p.network, joinBatches(support, query), s, "measured");
    return { parts, present: had };
  };
  const fn = (p: ModelParams, s: ModelState, tensors: EpisodeTensors) =>
    stacked
      ? vmap((one: EpisodeTensors) => embed(p, s, one) as never)(tensors as never)
      : embed(p, s, tensors);
  const embedded = await Promise.all(
    episodes.map((episode) =>
      programs.runWith<Parts<NDArray>>(weights, `parts ${stacked}`, fn, [episode], options),
    ),
  );
  const join = (of: keyof Parts<NDArray>, ...shape: number[]) =>
    Object.fromEntries(
      network.modalities.map((name) => {
        const values = embedded.flatMap((parts) => [...parts[of][name].data]);
        return [name, float32(values, [values.length / sizeOf(shape), ...shape])];
      }),
    );
  return solve(join("parts", network.width), join("present"));
}

/** What an alignment holds constant through a step: solved for the embeddings of the step's episodes as they are now. */

import type { Alignment } from "../alignment/index.js";
import { type Arrays, float32, type NDArray, sizeOf } from "../base/array.js";
import { type Tensors, vmap } from "../engine/index.js";
import type { EpisodeArrays } from "../episode/index.js";
import type { EpisodeTensors, ModelParams } from "../learner/index.js";
import { type Embedding, joinBatches, type Network } from "../objective/index.js";
import type { Programs, RunOptions, Weights } from "./programs.js";

/** Embed the examples of `episodes` (each stacked ones, if `stacked`) and `solve` for all of them together. */
export async function solved(
  solve: NonNullable<Alignment["solve"]>,
  network: Network,
  programs: Programs,
  weights: Weights,
  episodes: readonly EpisodeArrays[],
  stacked: boolean,
  options?: RunOptions,
): Promise<Arrays> {
  type Parts = Pick<Embedding, "parts" | "present">;
  const embed = (p: ModelParams, s: Tensors, { support, query }: EpisodeTensors): Parts & Tensors => {
    const { parts, had } = network.embed(p.network, joinBatches(support, query), s, "measured");
    return { parts, present: had };
  };
  const all = (p: ModelParams, s: Tensors, tensors: EpisodeTensors) =>
    stacked
      ? vmap((one: EpisodeTensors) => embed(p, s, one) as never)(tensors as never)
      : embed(p, s, tensors);
  const seen = await Promise.all(
    episodes.map((episode) =>
      programs.runOn<{ parts: Record<string, NDArray>; present: Record<string, NDArray> }>(
        weights,
        `parts ${stacked}`,
        all as never,
        [episode as never],
        options,
      ),
    ),
  );
  const join = (of: "parts" | "present", ...shape: number[]) =>
    Object.fromEntries(
      network.modalities.map((name) => {
        const values = seen.flatMap((one) => [...one[of][name].data]);
        return [name, float32(values, [values.length / sizeOf(shape), ...shape])];
      }),
    );
  return solve(join("parts", network.width), join("present"));
}

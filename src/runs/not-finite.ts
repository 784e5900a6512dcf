/** Finds the first value of a step that is not finite, in the order in which a step computes. */

import { type Arrays, leavesOf, type NDArray, sizeOf } from "../base/array.js";
import type { EpisodeArrays } from "../episode/index.js";
import type { Weights } from "../model/index.js";
import type { ReplayedEpisode } from "./replay-episode.js";

/** The stage of a step, and the value in it. */
export interface FirstNotFinite {
  readonly what: "parameter" | "input" | "inner loss" | "query loss" | "loss" | "gradient" | "update";
  /** The parameter with its index, the example with its modality, or the episode. */
  readonly where: string;
}

/** The first value that is not finite; undefined if there is none before the update. */
export function firstNotFinite(
  weights: Weights,
  arrays: readonly EpisodeArrays[],
  episodes: readonly ReplayedEpisode[],
  norms: readonly { readonly parameter: string; readonly norm: number }[],
): FirstNotFinite | undefined {
  const { params, state } = weights;
  for (const [path, { data }] of leavesOf<NDArray>({ params, state } as Arrays)) {
    const index = indexOfBad(data);
    if (index >= 0) return { what: "parameter", where: `${path}[${index}]` };
  }
  for (const [i, episode] of episodes.entries()) {
    const found = badInput(arrays[i], episode) ?? badLoss(episode);
    if (found) return { ...found, where: `${found.where}, episode ${i + 1}` };
  }
  const bad = norms.find(({ norm }) => !Number.isFinite(norm));
  return bad && { what: "gradient", where: bad.parameter };
}

function badInput(arrays: EpisodeArrays, { examples }: ReplayedEpisode): FirstNotFinite | undefined {
  for (const role of ["support", "query"] as const)
    for (const [modality, { data, shape }] of Object.entries(arrays[role].values)) {
      const index = indexOfBad(data);
      if (index < 0) continue;
      const example = examples.filter((each) => each.role === role)[
        Math.floor(index / sizeOf(shape.slice(1)))
      ];
      return { what: "input", where: `${modality} of ${example?.where ?? "padding"}` };
    }
  return undefined;
}

function badLoss({ innerLosses, examples, loss }: ReplayedEpisode): FirstNotFinite | undefined {
  const inner = innerLosses.find(({ support }) => !Number.isFinite(support));
  if (inner) return { what: "inner loss", where: `after ${inner.step} inner steps` };
  const query = examples.find((each) => each.loss !== null && !Number.isFinite(each.loss));
  if (query) return { what: "query loss", where: query.where };
  return Number.isFinite(loss) ? undefined : { what: "loss", where: `${loss}` };
}

function indexOfBad(data: NDArray["data"]): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i;
  return -1;
}

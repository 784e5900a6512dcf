/**
 * The block of few-shot learning's standard encoders (Vinyals et al., 2016): convolution of width 3, batch
 * normalisation, ReLU and max pooling of size 2, on images and on sequences alike.
 */

import type { NDArray } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { Tensor } from "../engine/index.js";
import { constant, heNormal } from "./init.js";
import { convolve, maxPool, relu } from "./layers.js";
import { isNarrow, narrowBlock } from "./narrow.js";
import { type NormaliseParams, normalise, type Statistics, type StatisticsSource } from "./normalise.js";

export type BlockParams = NormaliseParams & { readonly weight: Tensor };

/** Parameters from `channels.in` to `channels.out` over `dims` space axes. */
export function initBlock(random: Random, channels: { in: number; out: number }, dims: number) {
  const kernel: number[] = Array(dims).fill(3);
  return {
    weight: heNormal(random, [channels.out, channels.in, ...kernel], channels.in * 3 ** dims),
    scale: constant(1, [channels.out]),
    shift: constant(0, [channels.out]),
  } satisfies Record<string, NDArray>;
}

/** Statistics before training: mean 0, variance 1. */
export function initStatistics(channels: number) {
  return { mean: constant(0, [channels]), variance: constant(1, [channels]) };
}

/** The block on the `parts` `[Nᵢ, …space, C]` of a batch: `[Nᵢ, …⌊space / 2⌋, K]` each, and the statistics used. */
export function block(
  parts: readonly Tensor[],
  params: BlockParams,
  given: Statistics,
  source: StatisticsSource,
): { parts: Tensor[]; statistics: Statistics } {
  if (isNarrow(params.weight) && source.use !== "kept") return narrowBlock(parts, params, given, source);
  const convolved = parts.map((part) => convolve(part, params.weight));
  const { parts: normalised, statistics } = normalise(convolved, params, given, source);
  return { parts: normalised.map((part) => maxPool(relu(part))), statistics };
}

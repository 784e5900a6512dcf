/**
 * Rows of tables that have nothing in common but their form, as when every group is a table of its own
 * (`groupAsTask`): column c of one is no relative of column c of another. Each of the k columns that vary is standardised
 * by the task's own statistics and bounded, z_c = a tanh((x_c − mean_c) / (std_c a)) with a learned a, so that no far cell
 * outvotes the others (Huber, 1981); a missing cell, and one of a column that does not vary, is 0. Then f = z M / √k, M
 * √width times a map that keeps distances at first (Saxe, McClelland, Ganguli, 2014), so that rows of few and of many
 * columns are about equally long.
 *
 * With the normalisation `support`, the statistics are the support's, for support and query alike: never the query's.
 * Categories count as their numbers. Train's own scales say nothing here: let `dataset.json` have
 * `"standardise": false`, so that no precision is lost to them.
 */

import { z } from "zod";
import { float32 } from "../base/array.js";
import { np, type Tensor } from "../engine/index.js";
import { constant, orthogonal } from "../nn/init.js";
import type { Statistics } from "../nn/normalise.js";
import { defineEncoder, type TypedEncoder } from "./types.js";

/** A column varies where its variance is more than this share of its mean square: what float32 rounds is less. */
const RELATIVE = 1e-10;
const SMALLEST = 1e-30;
/** Where cells are bounded at first, in standard deviations. */
const BOUND = 2.5;

type Params = { readonly map: Tensor; readonly logBound: Tensor };

/** Mean and variance [columns] of the cells there are, over the examples that count; the given ones where there is none. */
function measure(cells: Tensor, there: Tensor, mask: Tensor, given: Statistics): Statistics {
  const counted = there.mul(mask.reshape([-1, 1]));
  const total = np.sum(counted, 0);
  const average = (of: Tensor) => np.sum(of.mul(counted), 0).div(np.maximum(total, 1));
  const mean = average(cells);
  const off = cells.sub(mean);
  const any = total.greater(0);
  return {
    mean: np.where(any, mean, given.mean),
    variance: np.where(any, average(off.mul(off)), given.variance),
  };
}

const encoder: TypedEncoder<Params, Statistics> = {
  init({ shape: [, columns] }, width, random) {
    const { data, shape } = orthogonal(random, columns, width);
    const map = float32(
      Array.from(data, (x) => Math.sqrt(width) * x),
      shape,
    );
    return { map, logBound: float32([Math.log(BOUND)], []) };
  },

  initState: ({ shape: [, columns] }) => ({ mean: constant(0, [columns]), variance: constant(1, [columns]) }),

  encode({ map, logBound }, x, given, { use, mask }) {
    const there = x.slice([], 1);
    const cells = x.slice([], 0).add(x.slice([], 2));
    const statistics = use === "measured" ? measure(cells, there, mask, given) : given;
    const { mean, variance } = statistics;
    const least = mean.mul(mean).mul(RELATIVE).add(SMALLEST);
    const varies = variance.greater(least).astype(np.float32);
    const scale = varies.div(np.sqrt(np.maximum(variance, least)));
    const bound = np.exp(logBound);
    const z = np.tanh(cells.sub(mean).mul(scale).div(bound)).mul(bound).mul(there);
    const has = there.mul(varies);
    const length = np.sqrt(np.maximum(np.sum(has, -1, { keepdims: true }), 1));
    return { features: np.matmul(z.div(length), map), statistics };
  },
};

/** Rows of cells [3, columns]: numbers, presence, categories. */
export const columns = defineEncoder({
  name: "columns",
  summary: "cells standardised by the task's own rows, for tables as tasks",
  source: "Huber 1981; Saxe, McClelland, Ganguli 2014",
  kind: "tabular",
  options: z.strictObject({}),
  create: () => encoder,
});

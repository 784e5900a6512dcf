/**
 * Encoder for tasks that are tables of their own (`groupAsTask`), where column c of one table is unrelated to column c of
 * another. Each of the k non-constant columns is standardised by the task's statistics and bounded,
 * z_c = a tanh((x_c − mean_c) / (std_c a)) with a learned bound a, so that outliers do not dominate (Huber, 1981); missing
 * cells and constant columns are 0. Then f = z M / √k, where M is √width times an orthogonal initialisation (Saxe,
 * McClelland, Ganguli, 2014), so that embeddings of rows with few and with many columns have similar norms.
 *
 * With the normalisation `support`, support and query are both standardised by the support's statistics, never the query's.
 * A category is encoded as its index. Standardisation by the train rows has no use here: set `"standardise": false` in
 * `dataset.json`, so that no precision is lost to it.
 */

import { z } from "zod";
import { float32 } from "../base/array.js";
import { np, type Tensor } from "../engine/index.js";
import { constant, orthogonal } from "../nn/init.js";
import type { Statistics } from "../nn/normalise.js";
import { defineEncoder, type TypedEncoder } from "./types.js";

/** Variance, relative to the mean square, above which a column counts as non-constant; float32 rounding stays below. */
const RELATIVE_TOLERANCE = 1e-10;
const ABSOLUTE_TOLERANCE = 1e-30;
/** Initial bound a, in standard deviations. */
const INITIAL_BOUND = 2.5;

type Params = { readonly map: Tensor; readonly logBound: Tensor };

/** Mean and variance `[columns]` of the present cells, over the examples of `mask`; `given` for a column without any. */
function measure(cells: Tensor, present: Tensor, mask: Tensor, given: Statistics): Statistics {
  const counted = present.mul(mask.reshape([-1, 1]));
  const total = np.sum(counted, 0);
  const average = (values: Tensor) => np.sum(values.mul(counted), 0).div(np.maximum(total, 1));
  const mean = average(cells);
  const centred = cells.sub(mean);
  const any = total.greater(0);
  return {
    mean: np.where(any, mean, given.mean),
    variance: np.where(any, average(centred.mul(centred)), given.variance),
  };
}

const encoder: TypedEncoder<Params, Statistics> = {
  init({ shape: [, columns] }, width, random) {
    const { data, shape } = orthogonal(random, columns, width);
    const map = float32(
      Array.from(data, (x) => Math.sqrt(width) * x),
      shape,
    );
    return { map, logBound: float32([Math.log(INITIAL_BOUND)], []) };
  },

  initState: ({ shape: [, columns] }) => ({ mean: constant(0, [columns]), variance: constant(1, [columns]) }),

  encode({ map, logBound }, x, given, { use, mask }) {
    const present = x.slice([], 1);
    const cells = x.slice([], 0).add(x.slice([], 2));
    const statistics = use === "measured" ? measure(cells, present, mask, given) : given;
    const { mean, variance } = statistics;
    const tolerance = mean.mul(mean).mul(RELATIVE_TOLERANCE).add(ABSOLUTE_TOLERANCE);
    const varies = variance.greater(tolerance).astype(np.float32);
    const scale = varies.div(np.sqrt(np.maximum(variance, tolerance)));
    const bound = np.exp(logBound);
    const z = np.tanh(cells.sub(mean).mul(scale).div(bound)).mul(bound).mul(present);
    const used = present.mul(varies);
    const norm = np.sqrt(np.maximum(np.sum(used, -1, { keepdims: true }), 1));
    return { features: np.matmul(z.div(norm), map), statistics };
  },
};

/** Rows `[3, columns]`: values, presence mask, category indices. */
export const columns = defineEncoder({
  name: "columns",
  summary: "linear layer over columns standardised per task, for tasks that are separate tables",
  source: "Huber 1981; Saxe, McClelland, Ganguli 2014",
  kind: "tabular",
  options: z.strictObject({}),
  create: () => encoder,
});

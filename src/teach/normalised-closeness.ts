/**
 * The closeness (closeness.ts) by an encoder whose vectors have known moments: cosines are normalised by those that either
 * vector has with others of the encoder's population (S-norm; Kenny, 2010), as vectors differ in how many others are near:
 *
 *   u_c(x) = mean_(i of c) ½ ((cos(x, x_i) − m(x)) / s(x) + (cos(x, x_i) − m(x_i)) / s(x_i))
 *
 * with mean m and standard deviation s of the cosine to the population.
 */

import { momentsOf, type Population } from "../modality/builtin/population.js";
import { bounded, ClassSums, type Closeness, type NormalisedForm, type UsualCloseness } from "./closeness.js";
import type { ExpertSupport } from "./expert.js";
import { lengthOf, type SupportRows } from "./support-rows.js";

/** The closeness to the classes of at least one vector; `rows` holds the vectors. */
export function fitNormalised(
  support: ExpertSupport,
  rows: SupportRows,
  usual: UsualCloseness,
  population: Population,
): Closeness {
  const { vectors, labels, way } = support;
  const moments = vectors.map((vector, i) => unitMoments(vector, rows.lengths[i], population));
  const sums = new ClassSums(support, (i) => 1 / (rows.lengths[i] || 1));
  const normalised = new ClassSums(support, (i) => 1 / ((rows.lengths[i] || 1) * moments[i].deviation));
  const offsets = new Array<number>(way).fill(0);
  for (const [i, label] of labels.entries()) offsets[label] += moments[i].mean / moments[i].deviation;
  const known = new WeakMap<Float32Array, ReturnType<typeof unitMoments>>();
  const momentsFor = (vector: Float32Array) => {
    const found = known.get(vector) ?? unitMoments(vector, lengthOf(vector), population);
    known.set(vector, found);
    return found;
  };
  const { counts } = sums;
  /** z of the means over a class of cos, of cos / s(x_i) and of m(x_i) / s(x_i). */
  const scored = (of: ReturnType<typeof unitMoments>, cosine: number, scaled: number, offset: number) =>
    bounded(((cosine - of.mean) / of.deviation + scaled - offset) / 2, usual);
  return {
    of(vector, c) {
      if (counts[c] === 0) return 0;
      const cosines = rows.cosines(vector);
      let [cosine, scaled] = [0, 0];
      for (const i of sums.members[c]) {
        cosine += cosines[i];
        scaled += cosines[i] / moments[i].deviation;
      }
      const n = counts[c];
      return scored(momentsFor(vector), cosine / n, scaled / n, offsets[c] / n);
    },
    leftOut(row, c) {
      const isOwn = labels[row] === c;
      const others = counts[c] - Number(isOwn);
      if (others === 0) return 0;
      const length = rows.lengths[row] || 1;
      const { mean, deviation } = moments[row];
      const own = isOwn && rows.lengths[row] > 0 ? 1 : 0;
      const cosine = sums.product(c, vectors[row]) / length - own;
      const scaled = normalised.product(c, vectors[row]) / length - own / deviation;
      const offset = offsets[c] - (isOwn ? mean / deviation : 0);
      return scored(moments[row], cosine / others, scaled / others, offset / others);
    },
    form: (): NormalisedForm => ({
      means: sums.means(),
      normalised: normalised.means(),
      offsets: offsets.map((sum, c) => sum / (counts[c] || 1)),
      known: counts.map((count) => Number(count > 0)),
      population,
      usual,
    }),
  };
}

/** m and s of a vector of a length. */
function unitMoments(vector: Float32Array, length: number, population: Population) {
  const { mean, deviation } = momentsOf(vector, population);
  return { mean: mean / (length || 1), deviation: deviation / (length || 1) || 1 };
}

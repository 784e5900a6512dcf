/**
 * The head of a taught task as a function of tensors, from the raw vectors of its encoders (teach/product.ts, expert.ts,
 * certainty.ts; value-head.ts for numbers).
 */

import { nn, np, type Tensor } from "../engine/index.js";
import type { Constants } from "../modality/builtin/projection.js";
import { BOUNDS, type NormalisedForm, type RelativeForm } from "../teach/closeness.js";
import { FOLDED, type RegressionForm } from "../teach/regression.js";
import type { Named } from "./exported.js";
import { LOWEST } from "./predict.js";

/** One expert: the vector of an encoder of a modality. */
export interface TaughtExpert {
  /** The names of its vector's input, of its presence, and of the weight of its modality. */
  readonly input: string;
  readonly present: string;
  readonly weights: string;
  /** Length of the raw vector, and what it is standardised by. */
  readonly length: number;
  readonly constants?: Constants;
  readonly form: RegressionForm;
  /** The support's vectors, for a regression with a kernel. */
  readonly rows: readonly Float32Array[];
}

/** What the vectors of an encoder are taken and standardised by. */
export type TaughtInput = Omit<TaughtExpert, "form" | "rows">;

/** An encoder of a modality whose vectors the head takes. */
export interface Source {
  readonly name: string;
  readonly kind: string;
  /** The modality as a word of names. */
  readonly word: string;
  readonly files: readonly string[];
  readonly input: TaughtInput;
}

/** An expert of classes: its evidence is outputs · scale + shift per class (α and d included). */
export interface ClassExpert extends TaughtExpert {
  readonly scale: readonly number[];
  readonly shift: readonly number[];
  /** α d² / 2 and (α d σ)². */
  readonly expected: number;
  readonly variance: number;
  /** Its closeness to each class. */
  readonly closeness: RelativeForm | NormalisedForm;
}

/** The expert of a modality's joint vector (teach/joint.ts): its inputs are those of the encoders that it joins. */
export interface JointExpert extends ClassExpert {
  readonly joined: readonly (Pick<TaughtExpert, "input" | "present" | "length" | "constants"> & {
    readonly share: number;
  })[];
}

/** An expert of numbers with its error variance. */
export interface ValueExpert extends TaughtExpert {
  readonly variance: number;
}

const constant = (values: ArrayLike<number>, ...shape: number[]): Tensor =>
  np.array(Float32Array.from(values)).reshape(shape);

/** x of length 1; zeros stay. */
function unit(x: Tensor): Tensor {
  const length = np.sqrt(np.sum(x.mul(x), -1, { keepdims: true }));
  return x.div(np.where(length.greater(0), length, 1));
}

/** The vectors that the expert's regression takes, from raw ones `[Q, length]` (modality/builtin/projection.ts). */
function projected(x: Tensor, { constants, length }: Pick<TaughtExpert, "constants" | "length">): Tensor {
  if (!constants) return unit(x);
  const { mean, deviation, components } = constants;
  const z = unit(x.sub(constant(mean, length)).div(constant(deviation, length)));
  return components ? unit(np.matmul(z, constant(components.data, length, components.width))) : z;
}

/** The vectors `[Q, width]` that the expert's regression takes. */
function vectorsOf(expert: TaughtExpert | JointExpert, inputs: Named<Tensor>): Tensor {
  if (!("joined" in expert)) return projected(inputs[expert.input], expert);
  const parts = expert.joined.map((part) => projected(inputs[part.input], part).mul(Math.sqrt(part.share)));
  return np.concatenate(parts, 1);
}

/** 1 for queries `[Q]` that have what the expert takes, 0 for others. */
const presenceOf = (expert: TaughtExpert | JointExpert, inputs: Named<Tensor>): Tensor =>
  "joined" in expert
    ? expert.joined.map((part) => inputs[part.present]).reduce((a, b) => a.mul(b))
    : inputs[expert.present];

/** Outputs `[Q, m]` of the expert's regression of its vectors `[Q, width]`. */
function outputsOf(expert: TaughtExpert | JointExpert, x: Tensor, m: number): Tensor {
  const width = x.shape[1];
  const { form, rows } = expert;
  if ("coefficients" in form) {
    const folded = form.isFolded ? np.sum(x.reshape([-1, width / FOLDED, FOLDED]), 1) : x;
    return np.matmul(folded, constant(form.coefficients, form.coefficients.length / m, m));
  }
  if (form.curvature === 0) return np.matmul(x, constant(combined(rows, form.dual, m), width, m));
  const points = constant(
    rows.flatMap((row) => Array.from(row)),
    ...[rows.length, width],
  );
  const products = np.matmul(x, points.transpose([1, 0]));
  const kernel = np.exp(products.sub(1).mul(form.curvature)).sub(Math.exp(-form.curvature));
  return np.matmul(kernel, constant(form.dual, rows.length, m));
}

/** Xᵀ A `[width, m]` of rows X and dual coefficients A. */
function combined(rows: readonly Float32Array[], dual: Float64Array, m: number): Float64Array {
  const out = new Float64Array(rows[0].length * m);
  for (const [i, row] of rows.entries())
    for (let k = 0; k < row.length; k++)
      if (row[k] !== 0) for (let c = 0; c < m; c++) out[k * m + c] += row[k] * dual[i * m + c];
  return out;
}

const sum = (tensors: readonly Tensor[]): Tensor => tensors.reduce((a, b) => a.add(b));

/** The share of each modality in a quantity of its experts. */
function sharesOf(experts: readonly TaughtExpert[], quantities: readonly Tensor[]): Record<string, Tensor> {
  const total = sum(quantities);
  const divisor = np.where(total.greater(0), total, 1);
  const names = [...new Set(experts.map(({ weights }) => weights))];
  const own = (name: string) => quantities.filter((_, i) => experts[i].weights === name);
  return Object.fromEntries(names.map((name) => [name, sum(own(name)).div(divisor)]));
}

/** The closeness z `[Q, way]` of the expert's vectors `[Q, width]` to each class (teach/closeness.ts). */
function closenessOf(form: RelativeForm | NormalisedForm, x: Tensor): Tensor {
  const vectors = unit(x);
  const z = "population" in form ? normalisedOf(form, vectors) : relativeOf(form, vectors);
  return np.clip(z, BOUNDS.least, BOUNDS.most);
}

function relativeOf({ means, factors, shifts }: RelativeForm, x: Tensor): Tensor {
  const way = factors.length;
  return inner(x, means, way).mul(constant(factors, way)).add(constant(shifts, way));
}

function normalisedOf({ population, usual, ...form }: NormalisedForm, x: Tensor): Tensor {
  const { mean, factor, residual } = population;
  const way = form.offsets.length;
  const projected = np.matmul(x, constant(factor.data, mean.length, factor.rank));
  const squares = (y: Tensor) => np.sum(y.mul(y), -1, { keepdims: true });
  const variance = squares(projected).add(squares(x).mul(residual));
  const deviation = np.sqrt(np.where(variance.greater(0), variance, 1));
  const own = inner(x, form.means, way)
    .sub(inner(x, mean, 1))
    .div(deviation);
  const others = inner(x, form.normalised, way).sub(constant(form.offsets, way));
  const u = own.add(others).mul(0.5);
  return u.sub(usual.mean).div(usual.deviation).mul(constant(form.known, way));
}

/** Inner products `[Q, m]` of vectors `[Q, width]` with constant ones `[m, width]`. */
const inner = (x: Tensor, vectors: ArrayLike<number>, m: number): Tensor =>
  np.matmul(x, constant(vectors, m, x.shape[1]).transpose([1, 0]));

/** How a head makes evidence into predictions: τ, the typicality below which queries are unknown, and κ. */
export interface TaughtCard {
  readonly scale: number;
  readonly threshold: number;
  readonly kappa: number;
}

/** Predictions of classes. */
export function predictClasses(
  experts: readonly (ClassExpert | JointExpert)[],
  way: number,
  card: TaughtCard,
  inputs: Named<Tensor>,
): Record<string, Tensor> {
  const present = experts.map((expert) => presenceOf(expert, inputs));
  const vectors = experts.map((expert) => vectorsOf(expert, inputs));
  const evidence = experts.map((expert, i) => {
    const outputs = outputsOf(expert, vectors[i], way);
    const ratios = outputs.mul(constant(expert.scale, way)).add(constant(expert.shift, way));
    return ratios.mul(present[i].reshape([-1, 1]));
  });
  const closeness = experts.map((expert, i) =>
    closenessOf(expert.closeness, vectors[i]).mul(present[i].mul(expert.expected).reshape([-1, 1])),
  );
  const total = sum(evidence);
  const largest = np.max(total, -1, { keepdims: true });
  const expected = experts.map((expert, i) => present[i].mul(expert.expected));
  const variance = sum(experts.map((expert, i) => present[i].mul(expert.variance)));
  const weights = sum(experts.map((expert, i) => present[i].mul(expert.expected ** 2)));
  const isKnown = variance.greater(0);
  const root = (x: Tensor) => np.sqrt(np.where(isKnown, x, 1));
  const t = largest.reshape([-1]).sub(sum(expected)).div(root(variance));
  const ofLikeliest = np.max(np.where(total.less(largest), LOWEST, sum(closeness)), -1);
  const s = ofLikeliest.div(root(weights));
  const { kappa } = card;
  const joined = t.add(s.mul(kappa)).div(Math.sqrt(1 + kappa ** 2));
  const typicality = np.where(isKnown, joined, LOWEST);
  return {
    probabilities: nn.softmax(total.mul(card.scale), -1),
    certainty: typicality,
    unknown: typicality.less(card.threshold),
    ...sharesOf(experts, expected),
  };
}

/** Predictions of numbers with the mean and spread of the support's. */
export function predictValues(
  experts: readonly ValueExpert[],
  { mean, spread }: { readonly mean: number; readonly spread: number },
  inputs: Named<Tensor>,
): Record<string, Tensor> {
  const precisions = experts.map((expert) => inputs[expert.present].div(expert.variance));
  const terms = experts.map((expert, i) =>
    outputsOf(expert, vectorsOf(expert, inputs), 1).reshape([-1]).mul(precisions[i]),
  );
  const total = sum(precisions);
  const standard = sum(terms).div(np.where(total.greater(0), total, 1));
  return { values: standard.mul(spread).add(mean), ...sharesOf(experts, precisions) };
}

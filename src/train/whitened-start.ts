/**
 * Where the linear layers over built-in encoders start: whitened within the train classes, which discounts what differs between
 * examples of one class (within-class covariance normalisation; Hatch, Kajarekar, Stolcke, 2006). With the pooled covariance W
 * of the vectors x within classes, shrunk to S = W + γ m I with the mean variance m, and S = L Lᵀ, a layer x P becomes
 * c x L⁻ᵀ P, where c preserves the mean square of the vectors.
 */

import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { type Arrays, float32, type NDArray } from "../base/array.js";
import { unitOf } from "../data/index.js";
import type { Column, Table } from "../episode/index.js";
import { isBuiltin } from "../modality/index.js";
import type { Weights } from "../model/index.js";

/** γ, chosen on validation words of Arabic speech commands. */
const SHRINKAGE = 5;
/** Train rows that W is measured on, at most. */
const MOST_ROWS = 2048;

/** `initial` with the layers over built-in encoders whitened by the train rows; others, and those of regression, are unchanged. */
export function whitenedStart(initial: Weights, table: Table): Weights {
  const { network } = initial.params;
  const encoders = Object.entries(network.encoders).map(([name, params]): [string, Arrays] => {
    const column = table.columns[name];
    return [name, column && isBuiltin(column.spec) ? whitenedLayer(params, column, table.rows) : params];
  });
  return {
    ...initial,
    params: { ...initial.params, network: { ...network, encoders: Object.fromEntries(encoders) } },
  };
}

function whitenedLayer(params: Arrays, { spec, data, present }: Column, rows: Table["rows"]): Arrays {
  const usable = [...rows.keys()].filter((i) => present[i] && rows[i].label !== undefined);
  const count = Math.min(MOST_ROWS, usable.length);
  const chosen = Array.from({ length: count }, (_, k) => usable[Math.floor((k * usable.length) / count)]);
  const [length] = spec.shape;
  const vectors = chosen.map((i) => data.subarray(i * length, (i + 1) * length));
  const whitening = whiteningOf(
    vectors,
    chosen.map((i) => `${unitOf(rows[i])} ${rows[i].label}`),
  );
  // Cast: the encoder of such arrays is that of src/encoder/builtin.ts, which has these parameters.
  const { map } = params as { readonly map: { readonly weight: NDArray; readonly bias: NDArray } };
  if (!whitening) return params;
  const [from, width] = map.weight.shape;
  const weight = whitening.mmul(Matrix.from1DArray(from, width, [...map.weight.data] as number[]));
  return { map: { ...map, weight: float32(weight.to1DArray(), [from, width]) } };
}

/** c L⁻ᵀ of vectors and their classes; undefined if no class has two vectors that differ. */
function whiteningOf(vectors: readonly Float32Array[], classes: readonly string[]): Matrix | undefined {
  const members = new Map<string, Float32Array[]>();
  for (const [i, name] of classes.entries()) members.set(name, [...(members.get(name) ?? []), vectors[i]]);
  const freedom = vectors.length - members.size;
  if (freedom < 1) return undefined;
  const length = vectors[0].length;
  const centred = new Matrix([...members.values()].flatMap(centredRows));
  const within = centred.transpose().mmul(centred).div(freedom);
  const variance = within.trace() / length;
  if (!(variance > 0)) return undefined;
  const shrunk = within.add(Matrix.eye(length).mul(SHRINKAGE * variance));
  const inverseRoot = lowerInverse(new CholeskyDecomposition(shrunk).lowerTriangularMatrix);
  const squares = (matrix: Matrix) => matrix.to1DArray().reduce((sum, x) => sum + x * x, 0);
  const given = new Matrix(vectors.map((vector) => [...vector]));
  const whitened = given.mmul(inverseRoot.transpose());
  return inverseRoot.transpose().mul(Math.sqrt(squares(given) / squares(whitened)));
}

/** Vectors minus their mean. */
function centredRows(vectors: readonly Float32Array[]): number[][] {
  const mean = Array.from(
    vectors[0],
    (_, k) => vectors.reduce((sum, vector) => sum + vector[k], 0) / vectors.length,
  );
  return vectors.map((vector) => Array.from(vector, (x, k) => x - mean[k]));
}

/** The inverse of a lower triangular matrix, by forward substitution. */
function lowerInverse(lower: Matrix): Matrix {
  const size = lower.rows;
  const rows = lower.to2DArray();
  const inverse = rows.map((_, i) => {
    const row = new Array<number>(size).fill(0);
    row[i] = 1;
    return row;
  });
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) {
      const factor = rows[i][k];
      for (let c = 0; c <= k; c++) inverse[i][c] -= factor * inverse[k][c];
    }
    for (let c = 0; c <= i; c++) inverse[i][c] /= rows[i][i];
  }
  return new Matrix(inverse);
}

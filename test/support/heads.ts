/** Heads on small supports, for tests against their equations. */

import { type Arrays, float32, type NDArray } from "../../src/base/array.js";
import { random } from "../../src/base/random.js";
import { Engine } from "../../src/engine/index.js";
import type { Head } from "../../src/learner/index.js";
import type { Targets } from "../../src/objective/index.js";
import { eager } from "./eager.js";
import { normals } from "./tiny.js";

export interface HeadProblem {
  readonly features: NDArray;
  readonly targets: Readonly<Record<keyof Targets, NDArray>>;
  readonly query: NDArray;
  /** The class of each row of `features`; -1 for padding. */
  readonly classes: readonly number[];
}

/** Features of rows with the given `classes` out of `way`, around one centre per class; -1 is a padding row with garbage. */
export function headProblem(seed: number, classes: readonly number[], way: number, width: number) {
  const r = random(seed, "head");
  const centres = Array.from({ length: way }, () => normals(r, [width]).data);
  const rows = classes.flatMap((k) =>
    Array.from({ length: width }, (_, j) => (k < 0 ? 7.5 : centres[k][j]) + 0.8 * r.normal()),
  );
  const problem: HeadProblem = {
    features: float32(rows, [classes.length, width]),
    targets: {
      labels: float32(
        classes.flatMap((k) => centres.map((_, j) => Number(j === k))),
        [classes.length, way],
      ),
      mask: float32(
        classes.map((k) => Number(k >= 0)),
        [classes.length],
      ),
      classMask: float32(Array(way).fill(1), [way]),
    },
    query: normals(r, [4, width]),
    classes,
  };
  return problem;
}

/** The rows of a matrix as number arrays. */
export const rowsOf = ({ data, shape: [count, size] }: NDArray): number[][] =>
  Array.from({ length: count }, (_, i) => Array.from(data.slice(i * size, (i + 1) * size)));

export const dot = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((sum, v, i) => sum + v * y[i], 0);

const engine = new Engine({ threads: 1 });

const outputsOf = (head: Head) =>
  ((own: never, x: never, t: never, q: never) => head.outputs(own, head.fit(own, x, t), q)) as never;

/** Evaluate the head's outputs eagerly in float64, row by row. */
export const derivedOutputs = (head: Head, params: Arrays, { features, targets, query }: HeadProblem) =>
  eager(outputsOf(head), [params, features, targets, query] as Arrays[], "float64")[0];

/** The head's outputs row by row: eagerly in float64, and compiled. */
export async function headOutputs(head: Head, params: Arrays, problem: HeadProblem) {
  const { features, targets, query } = problem;
  const args = [params, features, targets, query] as Arrays[];
  const { data } = (await engine.compile(outputsOf(head), args as never).run(args)) as NDArray;
  return { derived: derivedOutputs(head, params, problem), compiled: Array.from(data) };
}

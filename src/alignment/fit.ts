/** Closed-form alignments of given vectors: a linear map per modality into a shared space, solved in float64. */

import { float32, type NDArray } from "../base/array.js";
import { InputError } from "../base/errors.js";
import { fitGcca } from "./gcca.js";
import { type LinearMaps, transform } from "./maps.js";
import { fitProcrustes } from "./procrustes.js";

/** Per modality, one vector per example or `undefined` if it lacks the modality; all of one length and in one order. */
export type Vectors = Readonly<Record<string, readonly (ArrayLike<number> | undefined)[]>>;

/** A fitted alignment. */
export interface FittedAlignment {
  /**
   * Map the same or other examples to the shared space; `undefined` stays `undefined`.
   *
   * @throws {InputError} `alignment/bad-vectors` for a modality that was not fitted, or vectors of another length.
   * @example
   * const fitted = fitAlignment("procrustes", { image: [[1, 2], [3, 4]], text: [[2, 1], [4, 3]] });
   * const { text: [vector] } = fitted.transform({ text: [[1, 1]] }); // Float32Array(2)
   */
  transform(vectors: Vectors): Record<string, (Float32Array | undefined)[]>;
}

/** The alignments that have a closed form. */
export type ClosedAlignment = "procrustes" | "gcca";

const fits: Record<
  ClosedAlignment,
  (features: Record<string, NDArray>, present: Record<string, NDArray>) => LinearMaps
> = {
  /** Rotations (Schönemann, 1966; Gower, 1975), of the same length as the vectors. */
  procrustes: fitProcrustes,
  /** MAXVAR generalised canonical correlation (Kettenring, 1971): half the length, largest correlation first. */
  gcca: (features, present) => fitGcca(features, present).maps,
};

/**
 * Fit a closed-form alignment to examples of at least two modalities, vectors `[D]` of one length. Examples with a single
 * modality are ignored. `procrustes` rotates them (Schönemann, 1966; Gower, 1975), to vectors `[D]`; `gcca` is MAXVAR
 * generalised canonical correlation (Kettenring, 1971), to vectors `[D / 2]`, largest correlation first.
 *
 * @example
 * const fitted = fitAlignment("gcca", { image: [[1, 2], [3, 4], [0, 1]], text: [[2, 1], undefined, [0, 0]] });
 * fitted.transform({ text: [[1, 1]] }).text[0]; // Float32Array(1)
 * @throws {InputError} `alignment/bad-vectors` for an unknown `name`, fewer than two modalities, vectors that differ in
 * length, or modalities that differ in their number of examples.
 */
export function fitAlignment(name: ClosedAlignment, vectors: Vectors): FittedAlignment {
  if (!Object.hasOwn(fits, name))
    throw wrong("name", `it is ${JSON.stringify(name)}`, Object.keys(fits).join(" or "));
  checkLists(vectors);
  const names = Object.keys(vectors);
  if (names.length < 2) throw wrong("vectors", `they are of ${names.length} modalities`, "two at least");
  const width = widthOf(vectors);
  const { features, present } = arraysOf(vectors, width);
  const maps = fits[name](features, present);
  return {
    transform(others) {
      checkLists(others);
      for (const other of Object.keys(others))
        if (!Object.hasOwn(maps, other))
          throw wrong(`vectors.${other}`, "the modality was not fitted", names.join(" or "));
      const mapped = transform(maps, arraysOf(others, width).features);
      const rows = Object.entries(others).map(([modality, given]) => {
        const { data, shape } = mapped[modality];
        const rowOf = (i: number) => Float32Array.from(data.subarray(i * shape[1], (i + 1) * shape[1]));
        return [modality, given.map((vector, i) => (vector ? rowOf(i) : undefined))];
      });
      return Object.fromEntries(rows);
    },
  };
}

/** Check that vectors are lists by modality, of lists of numbers or `undefined`. */
function checkLists(vectors: unknown): void {
  if (typeof vectors !== "object" || vectors === null) throw wrong("vectors", "they are no object", EXPECTED);
  for (const [name, list] of Object.entries(vectors)) {
    const isVector = (each: unknown) =>
      each === undefined || (typeof each === "object" && each !== null && "length" in each);
    if (!Array.isArray(list) || !list.every(isVector))
      throw wrong(`vectors.${name}`, "it is no list of vectors", EXPECTED);
  }
}

const EXPECTED = "one list of vectors per modality";

/** The length of the vectors. */
function widthOf(vectors: Vectors): number {
  const first = Object.values(vectors)
    .flat()
    .find((vector) => vector !== undefined);
  if (!first || first.length === 0)
    throw wrong("vectors", "there are none", "an example of two modalities at least");
  return first.length;
}

/** Vectors as arrays `[examples, width]`, with zeros for `undefined`, and their presence masks `[examples]`. */
function arraysOf(vectors: Vectors, width: number) {
  const [count] = Object.values(vectors).map((list) => list.length);
  const arrays = Object.entries(vectors).map(([name, list]) => {
    if (list.length !== count)
      throw wrong(
        `vectors.${name}`,
        `there are ${list.length} vectors`,
        `${count}, as of the first modality`,
      );
    const rows = list.map((vector, i) => {
      if (vector && (vector.length !== width || !Array.from(vector).every(Number.isFinite)))
        throw wrong(
          `vectors.${name}, example ${i}`,
          `it is [${Array.from(vector).slice(0, 4)}…]`,
          `${width} numbers`,
        );
      return vector ? Array.from(vector) : Array<number>(width).fill(0);
    });
    const mask = list.map((vector) => Number(vector !== undefined));
    return [name, float32(rows.flat(), [list.length, width]), float32(mask, [list.length])] as const;
  });
  return {
    features: Object.fromEntries(arrays.map(([name, features]) => [name, features])),
    present: Object.fromEntries(arrays.map(([name, , present]) => [name, present])),
  };
}

const wrong = (option: string, problem: string, expected: string) =>
  new InputError({
    code: "alignment/bad-vectors",
    where: `fitAlignment, ${option}`,
    problem,
    expected,
    remedy: "Correct the vectors.",
  });

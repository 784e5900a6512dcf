/**
 * Vectors of tables and of number lists. They are standardised by the support, since nothing is known of them beforehand:
 * z = a tanh((x − mean) / (a std)) for numbers, bounded by a = 3 so that an outlier does not outweigh the rest; categories are
 * one-hot; a missing cell is 0. All are divided by √columns, so that rows are of length about 1.
 *
 * Each such modality has two experts: `linear`, on z and a constant, the intercept of the linear head; and `kernel`, on
 * features of a Gaussian kernel (kernel-features.ts), for classes that no line separates.
 */

import type { DeclaredModality } from "../data/index.js";
import { type ModalitySpec, modalityFor, modalityOf } from "../modality/index.js";
import { categoryCount, type TabularSpec } from "../modality/tabular/tabular.js";
import { type KernelFeatures, kernelFeatures } from "./kernel-features.js";
import type { Vectors } from "./product.js";
import type { EmbeddedExample } from "./types.js";

/** Bound a, in standard deviations. */
const BOUND = 3;
const INTERCEPT = 0.3;

/** Numbers of a list are of one unit unless it says otherwise: one deviation for all, which few rows estimate well. */
const ONE_UNIT = { standardise: "whole" } as const;

type Valued = Pick<EmbeddedExample, "id" | "values">;

interface Space {
  readonly spec: ModalitySpec;
  readonly kernel: KernelFeatures;
}

/** The vectors of tables and number lists, as a support standardises them. */
export class ValueSpaces {
  private constructor(
    readonly spaces: ReadonlyMap<string, Space>,
    /** The vectors of the support's examples, by expert. */
    readonly support: readonly Vectors[],
  ) {}

  /** Plan the spaces of a support. @throws {InputError} for values that do not go together */
  static async of(
    support: readonly Valued[],
    kinds: Readonly<Record<string, DeclaredModality>>,
  ): Promise<ValueSpaces> {
    const names = [...new Set(support.flatMap(({ values }) => Object.keys(values)))].sort();
    const spaces = new Map<string, Space>();
    const vectors = support.map((): Record<string, Float32Array> => ({}));
    for (const name of names) {
      const { kind, options } = kinds[name];
      const having = [...support.keys()].filter((i) => support[i].values[name] !== undefined);
      const samples = having.map((i) => ({
        value: support[i].values[name],
        where: whereOf(support[i].id, name),
      }));
      const chosen = kind === "vector" ? { ...ONE_UNIT, ...options } : options;
      const spec = await modalityOf(kind, name).plan(samples, chosen, `modality "${name}"`);
      const rows: Float32Array[] = [];
      for (const { value, where } of samples) rows.push(await standardised(value, spec, where));
      const kernel = kernelFeatures(rows);
      spaces.set(name, { spec, kernel });
      for (const [k, i] of having.entries()) Object.assign(vectors[i], expertsOf(name, rows[k], kernel));
    }
    return new ValueSpaces(spaces, vectors);
  }

  /** The vectors of an example, by expert. @throws {InputError} for a value that does not fit the support's */
  async vectors({ id, values }: Valued): Promise<Vectors> {
    const vectors: Record<string, Float32Array> = {};
    for (const [name, { spec, kernel }] of this.spaces) {
      if (values[name] === undefined) continue;
      const row = await standardised(values[name], spec, whereOf(id, name));
      Object.assign(vectors, expertsOf(name, row, kernel));
    }
    return vectors;
  }
}

/** The vectors of a standardised row of a modality, by expert. */
function expertsOf(name: string, row: Float32Array, kernel: KernelFeatures): Vectors {
  const linear = new Float32Array(row.length + 1);
  linear.set(row);
  linear[row.length] = INTERCEPT;
  return { [`${name}/linear`]: linear, [`${name}/kernel`]: kernel(row) };
}

const whereOf = (id: string, modality: string) => `example "${id}", field "${modality}"`;

async function standardised(value: unknown, spec: ModalitySpec, where: string): Promise<Float32Array> {
  const array = await modalityFor(spec, where).encode(value, spec, where);
  if (spec.kind === "tabular") return rowVector(array, spec as TabularSpec);
  return array.map((z) => z / Math.sqrt(array.length));
}

const bounded = (z: number) => BOUND * Math.tanh(z / BOUND);

/** The vector of a table row, from its array `[3, columns]` of number, presence and category. */
function rowVector(array: Float32Array, { columns }: TabularSpec): Float32Array {
  const { length } = columns;
  const out = new Float32Array(length + categoryCount(columns));
  const scale = 1 / Math.sqrt(length);
  for (let c = 0; c < length; c++) {
    out[c] = scale * bounded(array[c]);
    const category = array[2 * length + c];
    if (category > 0) out[length + category - 1] = scale;
  }
  return out;
}

/** Embeds the rows of a data set with the built-in encoders, or with pretrained ones. */

import { InputError } from "../base/errors.js";
import { Faults } from "../base/faults.js";
import { sha256 } from "../base/sha256.js";
import { nextTurn } from "../base/turn.js";
import type { Dataset, Notice, Row } from "../data/index.js";
import { whereOf } from "../episode/table.js";
import type { EmbeddedValue, Placed } from "../modality/builtin/index.js";
import { type Embedder, embedderOf } from "./embedder.js";
import { isOfEncoder, type PretrainedSpecs } from "./pretrained.js";
import type { EmbeddedExample, SupportValue } from "./types.js";

export interface EmbedOptions {
  readonly signal?: AbortSignal;
  /** Called with the number of values that are embedded, and their number in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Embedded rows, in their order, and what was left out. */
export interface EmbeddedRows {
  readonly examples: readonly EmbeddedExample[];
  readonly notices: readonly Notice[];
  /** The errors of the values that are left out. */
  readonly faults: readonly InputError[];
}

/**
 * Embed the rows of a data set; `pretrained` replaces the built-in encoders of modalities. Values that cannot be decoded are
 * left out with a notice.
 *
 * @throws {InputError} if no value of any row can be decoded
 */
export async function embedRows(
  { rows, kinds, name }: Dataset,
  options: EmbedOptions,
  pretrained: PretrainedSpecs = {},
): Promise<EmbeddedRows> {
  const modalities = Object.keys(kinds).sort();
  const total = rows.reduce((sum, { values }) => sum + Object.keys(values).length, 0);
  const embedded = rows.map((): Record<string, EmbeddedValue> => ({}));
  const own = rows.map((): Record<string, SupportValue> => ({}));
  const faults: InputError[] = [];
  let done = 0;
  for (const modality of modalities) {
    const embed = embedderOf(kinds[modality].kind, pretrained[modality]);
    const having = [...rows.keys()].filter((row) => Object.hasOwn(rows[row].values, modality));
    if (!embed) {
      for (const row of having) own[row][modality] = plainValue(rows[row].values[modality]);
      done += having.length;
      continue;
    }
    const values = having.map((row) => ({
      value: rows[row].values[modality],
      where: whereOf(rows[row], modality),
    }));
    const before = done;
    const onProgress = (count: number) => options.onProgress?.(before + count, total);
    const results = await embedAll(embed, values, { signal: options.signal, onProgress });
    for (const [i, row] of having.entries()) {
      const result = results[i];
      if (result instanceof InputError) faults.push(result);
      else embedded[row][modality] = result;
    }
    done += having.length;
  }
  const examples = rows.map((row, i) => exampleOf(row, embedded[i], own[i]));
  const kept = examples.filter(({ digests }) => Object.keys(digests).length > 0);
  if (kept.length === 0) throwAll(faults);
  return { examples: kept, notices: faults.map((fault) => unreadable(fault, name)), faults };
}

/** The vector of each value, or the error of one that cannot be decoded. */
async function embedAll(
  embed: Embedder,
  values: readonly Placed[],
  options: { signal?: AbortSignal; onProgress: (done: number) => void },
): Promise<(EmbeddedValue | InputError)[]> {
  const results: (EmbeddedValue | InputError)[] = [];
  for (let from = 0; from < values.length; from += TOGETHER) {
    const some = values.slice(from, from + TOGETHER);
    if (from > 0) await nextTurn();
    options.signal?.throwIfAborted();
    try {
      results.push(...(await embed(some, options)));
    } catch (error) {
      if (!(error instanceof InputError) || isOfEncoder(error)) throw error;
      for (const value of some) results.push(await embed([value], options).then(first, asFault));
    }
    options.onProgress(results.length);
  }
  return results;
}

const TOGETHER = 64;
const first = ([value]: EmbeddedValue[]) => value;

function asFault(error: unknown): InputError {
  if (error instanceof InputError && !isOfEncoder(error)) return error;
  throw error;
}

function throwAll(faults: readonly InputError[]): void {
  const all = new Faults();
  for (const fault of faults) all.add(fault);
  all.throwAny();
}

const unreadable = ({ where, problem, parts }: InputError, name: string): Notice => ({
  code: "teach/unreadable",
  where: name,
  text: `${where} is left out: ${problem}; expected ${parts.expected}. ${parts.remedy}`,
  suspect: true,
});

/** An example of a row, from what each of its modalities became. */
function exampleOf(
  { id, label, target, group }: Row,
  embedded: Readonly<Record<string, EmbeddedValue>>,
  values: Readonly<Record<string, SupportValue>>,
): EmbeddedExample {
  const vectors = Object.entries(embedded).flatMap(([modality, value]) =>
    Object.entries(value.vectors).map(([encoder, vector]) => [`${modality}/${encoder}`, vector] as const),
  );
  const digests = [
    ...Object.entries(embedded).map(([modality, { digest }]) => [modality, digest] as const),
    ...Object.entries(values).map(([modality, value]) => [modality, digestOf(value)] as const),
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    id,
    ...(label !== undefined && { label }),
    ...(target !== undefined && { target }),
    ...(group !== undefined && { group }),
    digests: Object.fromEntries(digests),
    vectors: Object.fromEntries(vectors),
    values,
  };
}

/** Cells with sorted columns, or a plain list of numbers. */
function plainValue(value: unknown): SupportValue {
  if (Array.isArray(value)) return value as number[];
  if (value instanceof Float32Array || value instanceof Float64Array) return Array.from(value);
  return Object.fromEntries(Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const digestOf = (value: SupportValue) => sha256(JSON.stringify(value));

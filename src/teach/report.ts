/**
 * Accuracy of a taught task by its own examples: each is predicted by a head that was fitted, with all of its choices, to
 * the examples of the other folds (folds.ts). A fold leaves out k of the n units of a class, so that its head errs more often
 * than that of all examples. The error of a mean of n examples, such as a class's, has a variance of 1 + 1/n, and the share of
 * wrong predictions is taken to fall with its square:
 *
 *   accuracy = 1 − 1/N Σ_(i wrong) ((1 + 1/n_i) / (1 + 1/(n_i − k_i)))²
 *
 * Predictions of one task depend on the same examples; their interval is that of half as many independent ones. Power and half
 * were chosen on validation classes (docs/base.md).
 */

import type { DeclaredModality } from "../data/index.js";
import { shareWithInterval } from "../evaluate/statistics.js";
import { ClassHead } from "./class-head.js";
import { foldsOf, unitsByClass, unitsOf } from "./folds.js";
import { type EmbeddedExample, modalityOf } from "./types.js";

/** Accuracy of some predictions. */
export interface Share {
  /** The share that is correct; in a report, as expected of the task with all of its examples. */
  readonly accuracy: number;
  /** 95 % interval (Agresti and Coull, 1998). */
  readonly interval: readonly [low: number, high: number];
  readonly correct: number;
  readonly count: number;
}

/** A class that is taken for another. */
export interface Confusion {
  readonly label: string;
  readonly predicted: string;
  readonly count: number;
}

/** The report of a task of classes. */
export interface TaskReport {
  /** The number of folds: `5 folds`. Absent if nothing could be measured. */
  readonly method?: string;
  /** Why there is no accuracy: no class has two examples that differ. */
  readonly reason?: string;
  readonly accuracy?: Share;
  /** Accuracy by class, of classes with at least two examples (groups). */
  readonly classes: Readonly<Record<string, Share>>;
  /** Accuracy with each modality alone, of the examples that have it; without modalities that only one class has. */
  readonly modalities?: Readonly<Record<string, Share>>;
  /** The most frequent confusions first. */
  readonly confusions: readonly Confusion[];
  /** What to do about it. */
  readonly advice: readonly string[];
}

/** The share of predictions of one task that count as independent. */
const INDEPENDENT = 0.5;

export interface ReportOptions {
  /** The names of classes as texts, which a head is fitted to as well and which are not predicted. */
  readonly labelTexts?: readonly EmbeddedExample[];
  readonly signal?: AbortSignal;
}

/** Measure a task by its own examples, which are labelled. */
export async function reportOf(
  examples: readonly EmbeddedExample[],
  kinds: Readonly<Record<string, DeclaredModality>>,
  options: ReportOptions = {},
): Promise<TaskReport> {
  const units = unitsOf(examples);
  const classUnits = unitsByClass(examples, units);
  const single = [...classUnits].filter(([, own]) => own.length < 2).map(([label]) => label);
  if (single.length === classUnits.size) return unmeasured;
  const folds = foldsOf(examples, units).map((fold) => foldOf(fold, units, examples, classUnits));
  const modalities = [...new Set(examples.flatMap(({ digests }) => Object.keys(digests)))].sort();
  const predictions = await crossPredict(examples, kinds, folds, options);
  // Each fold may leave fewer than two classes, if nearly equal examples of several classes are one unit.
  if (predictions.length === 0) return unmeasured;
  const alone: Record<string, Share> = {};
  if (modalities.length > 1)
    for (const modality of modalities) {
      const own = await crossPredict(only(examples, modality), kinds, folds, options);
      if (own.length > 0) alone[modality] = estimateOf(own);
    }
  const classes: Record<string, Share> = {};
  for (const label of classUnits.keys()) {
    const own = predictions.filter((each) => each.label === label);
    if (own.length > 0) classes[label] = estimateOf(own);
  }
  const confusions = confusionsOf(predictions);
  return {
    method: `${folds.length} folds`,
    accuracy: estimateOf(predictions),
    classes,
    ...(modalities.length > 1 && { modalities: alone }),
    confusions,
    advice: adviceOf(classes, single, classUnits),
  };
}

const unmeasured: TaskReport = {
  reason: "not enough examples to estimate yet: no class has two that differ",
  classes: {},
  confusions: [],
  advice: ["add a second example of each class"],
};

interface CrossPrediction {
  readonly label: string;
  readonly predicted: string;
}

interface FoldPrediction extends CrossPrediction {
  /** The factor of errors of its class with all examples. */
  readonly factor: number;
}

/** Examples that are left out together. */
interface Fold {
  readonly rows: readonly number[];
  /** The factor of errors with all examples, by label of classes with more than one unit. */
  readonly factors: ReadonlyMap<string, number>;
}

function foldOf(
  rows: readonly number[],
  units: readonly number[],
  examples: readonly EmbeddedExample[],
  classUnits: ReadonlyMap<string, readonly number[]>,
): Fold {
  const left = unitsByClass(
    rows.map((row) => examples[row]),
    rows.map((row) => units[row]),
  );
  const factors = [...left].flatMap(([label, own]): [string, number][] => {
    const n = classUnits.get(label)!.length;
    return n > own.length ? [[label, ((1 + 1 / n) / (1 + 1 / (n - own.length))) ** 2]] : [];
  });
  return { rows, factors: new Map(factors) };
}

/** Predict the examples of each fold by a head that is fitted to the others. */
async function crossPredict(
  examples: readonly (EmbeddedExample | undefined)[],
  kinds: Readonly<Record<string, DeclaredModality>>,
  folds: readonly Fold[],
  { labelTexts = [], signal }: ReportOptions,
): Promise<FoldPrediction[]> {
  const predictions: FoldPrediction[] = [];
  for (const { rows, factors } of folds) {
    signal?.throwIfAborted();
    const left = new Set(rows);
    const others = examples.flatMap((example, i) => (example && !left.has(i) ? [example] : []));
    const known = new Set(others.map(({ label }) => label));
    const queries = rows.flatMap((row) => examples[row] ?? []);
    if (known.size < 2) continue;
    const names = labelTexts.filter(({ label }) => known.has(label));
    const head = await ClassHead.fit([...others, ...names], kinds);
    for (const query of queries) {
      const factor = factors.get(query.label!);
      if (factor === undefined) continue;
      const { best } = await head.predict(query);
      predictions.push({ label: query.label!, predicted: head.classes[best], factor });
    }
  }
  return predictions;
}

/** Examples as one modality shows them; undefined for those without it. */
const only = (examples: readonly EmbeddedExample[], modality: string) =>
  examples.map((example) => {
    if (!Object.hasOwn(example.digests, modality)) return undefined;
    const vectors = Object.entries(example.vectors).filter(([expert]) => modalityOf(expert) === modality);
    const values = Object.entries(example.values).filter(([name]) => name === modality);
    return { ...example, vectors: Object.fromEntries(vectors), values: Object.fromEntries(values) };
  });

/** The accuracy that predictions of folds lead to expect with all examples. */
function estimateOf(predictions: readonly FoldPrediction[]): Share {
  const wrong = predictions.filter(({ label, predicted }) => label !== predicted);
  const count = predictions.length;
  const accuracy = 1 - wrong.reduce((sum, { factor }) => sum + factor, 0) / count;
  const independent = INDEPENDENT * count;
  const { interval } = shareWithInterval(accuracy * independent, independent);
  return { accuracy, interval, correct: count - wrong.length, count };
}

/** The share of predictions that are correct. */
export function shareOf(predictions: readonly CrossPrediction[]): Share {
  const correct = predictions.filter(({ label, predicted }) => label === predicted).length;
  const { mean, interval } = shareWithInterval(correct, predictions.length);
  return { accuracy: mean, interval, correct, count: predictions.length };
}

/** Wrong predictions by label and predicted class, the most frequent first. */
export function confusionsOf(predictions: readonly CrossPrediction[]): Confusion[] {
  const counts = new Map<string, Confusion>();
  for (const { label, predicted } of predictions) {
    if (label === predicted) continue;
    const key = JSON.stringify([label, predicted]);
    counts.set(key, { label, predicted, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
}

/** Classes to add examples of, the least certain first. */
function adviceOf(
  classes: Readonly<Record<string, Share>>,
  single: readonly string[],
  classUnits: ReadonlyMap<string, readonly number[]>,
): string[] {
  const listed = (names: readonly string[]) => {
    const rest = names.length > LISTED ? ` and ${names.length - LISTED} more` : "";
    return `${names
      .slice(0, LISTED)
      .map((name) => `"${name}"`)
      .join(", ")}${rest}`;
  };
  const advice: string[] = [];
  if (single.length > 0)
    advice.push(`add a second example of ${listed(single)}: their accuracy cannot be estimated yet`);
  const weak = Object.entries(classes)
    .filter(([, { accuracy }]) => accuracy < WEAK)
    .sort(
      ([a, x], [b, y]) => x.accuracy - y.accuracy || classUnits.get(a)!.length - classUnits.get(b)!.length,
    )
    .map(([label]) => label);
  if (weak.length > 0) advice.push(`add examples of ${listed(weak)} first`);
  return advice;
}

const LISTED = 3;
/** Accuracy of a class below which more of its examples are asked for. */
const WEAK = 0.8;

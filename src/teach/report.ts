/**
 * Accuracy of a taught task by its own examples: each is predicted by a head that was fitted, with all of its choices, to
 * the others. Examples of one group, and examples that are nearly equal, are left out together, so that none is predicted
 * from its own copy.
 */

import type { DeclaredModality } from "../data/index.js";
import { shareWithInterval } from "../evaluate/statistics.js";
import { ClassHead } from "./class-head.js";
import { type EmbeddedExample, modalityOf, valuesKey } from "./types.js";

/** Accuracy of some predictions. */
export interface Share {
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
  /** `leave-one-out`, or the number of folds: `10 folds`. Absent if nothing could be measured. */
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

/** Examples up to which each unit is left out by itself; above, units are left out in folds. */
const MOST_ALONE = 60;
const FOLDS = 10;
/** Cosine of all vectors of two examples from which on they count as one. */
const NEAR = 0.985;

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
  const classUnits = new Map<string, Set<number>>();
  for (const [i, { label }] of examples.entries())
    classUnits.set(label!, (classUnits.get(label!) ?? new Set()).add(units[i]));
  const isScored = ({ label }: EmbeddedExample) => (classUnits.get(label!)?.size ?? 0) > 1;
  const single = [...classUnits].filter(([, own]) => own.size < 2).map(([label]) => label);
  if (!examples.some(isScored)) return { reason: NOT_ENOUGH, classes: {}, confusions: [], advice: [MORE] };
  const folds = foldsOf(examples, units);
  const modalities = [...new Set(examples.flatMap(({ digests }) => Object.keys(digests)))].sort();
  const predictions = await crossPredict(examples, kinds, folds, isScored, options);
  const alone: Record<string, Share> = {};
  if (modalities.length > 1)
    for (const modality of modalities) {
      const own = await crossPredict(only(examples, modality), kinds, folds, isScored, options);
      if (own.length > 0) alone[modality] = shareOf(own);
    }
  const classes = Object.fromEntries(
    [...classUnits.keys()]
      .sort()
      .filter((label) => !single.includes(label))
      .map((label) => [label, shareOf(predictions.filter((each) => each.label === label))]),
  );
  const confusions = confusionsOf(predictions);
  return {
    method: folds.length === new Set(units).size ? "leave-one-out" : `${folds.length} folds`,
    accuracy: shareOf(predictions),
    classes,
    ...(modalities.length > 1 && { modalities: alone }),
    confusions,
    advice: adviceOf(classes, single, classUnits),
  };
}

const NOT_ENOUGH = "not enough examples to estimate yet: no class has two";
const MORE = "add a second example of each class";

interface CrossPrediction {
  readonly label: string;
  readonly predicted: string;
}

/** Predict the examples of each fold by a head that is fitted to the others. */
async function crossPredict(
  examples: readonly (EmbeddedExample | undefined)[],
  kinds: Readonly<Record<string, DeclaredModality>>,
  folds: readonly (readonly number[])[],
  isScored: (example: EmbeddedExample) => boolean,
  { labelTexts = [], signal }: ReportOptions,
): Promise<CrossPrediction[]> {
  const predictions: CrossPrediction[] = [];
  for (const fold of folds) {
    signal?.throwIfAborted();
    const left = new Set(fold);
    const others = examples.flatMap((example, i) => (example && !left.has(i) ? [example] : []));
    const known = new Set(others.map(({ label }) => label));
    const queries = fold.flatMap((i) => examples[i] ?? []).filter(isScored);
    if (queries.length === 0 || known.size < 2) continue;
    const names = labelTexts.filter(({ label }) => known.has(label));
    const head = await ClassHead.fit([...others, ...names], kinds);
    for (const query of queries) {
      const { best } = await head.predict(query);
      predictions.push({ label: query.label!, predicted: head.classes[best] });
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

/** The share of predictions that are right. */
export function shareOf(predictions: readonly CrossPrediction[]): Share {
  const correct = predictions.filter(({ label, predicted }) => label === predicted).length;
  const { mean, interval } = shareWithInterval(correct, predictions.length);
  return { accuracy: mean, interval, correct, count: predictions.length };
}

/** The number of the unit of each example: those of one group, or nearly equal ones, are one unit. */
export function unitsOf(examples: readonly EmbeddedExample[]): number[] {
  const parent = [...examples.keys()];
  const rootOf = (i: number): number => {
    while (parent[i] !== i) i = parent[i];
    return i;
  };
  const byKey = new Map<string, number>();
  const join = (key: string, i: number) => {
    const other = byKey.get(key);
    if (other === undefined) byKey.set(key, i);
    else parent[rootOf(i)] = rootOf(other);
  };
  for (const [i, example] of examples.entries()) {
    const { label, group } = example;
    if (group !== undefined) join(`group ${label} ${group}`, i);
    join(`equal ${valuesKey(example)}`, i);
  }
  const byClass = new Map<string | undefined, number[]>();
  for (const [i, { label }] of examples.entries()) byClass.set(label, [...(byClass.get(label) ?? []), i]);
  for (const own of byClass.values())
    for (const [k, i] of own.entries())
      for (const j of own.slice(0, k)) if (areNear(examples[i], examples[j])) parent[rootOf(i)] = rootOf(j);
  return parent.map((_, i) => rootOf(i));
}

/** Whether two examples have the same modalities, and nearly equal vectors in all of them. */
function areNear(a: EmbeddedExample, b: EmbeddedExample): boolean {
  const experts = Object.keys(a.vectors);
  if (experts.length === 0 || experts.length !== Object.keys(b.vectors).length) return false;
  if (Object.keys(a.values).length > 0) return false;
  return experts.every((expert) => {
    const [x, y] = [a.vectors[expert], b.vectors[expert]];
    if (!y || x.length === 1) return y !== undefined;
    let product = 0;
    for (let k = 0; k < x.length; k++) product += x[k] * y[k];
    return product > NEAR;
  });
}

/** Examples by fold. Units are dealt to folds class by class, so that each fold has few of each class. */
function foldsOf(examples: readonly EmbeddedExample[], units: readonly number[]): number[][] {
  const order = [...new Set(units)];
  const count = order.length <= MOST_ALONE ? order.length : FOLDS;
  const sorted = order.sort((a, b) => {
    const [x, y] = [examples[a].label ?? "", examples[b].label ?? ""];
    return x < y ? -1 : x > y ? 1 : a - b;
  });
  const foldOf = new Map(sorted.map((unit, k) => [unit, k % count]));
  const folds = Array.from({ length: count }, (): number[] => []);
  for (const [i, unit] of units.entries()) folds[foldOf.get(unit)!].push(i);
  return folds;
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
  classUnits: ReadonlyMap<string, ReadonlySet<number>>,
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
    .sort(([a, x], [b, y]) => x.accuracy - y.accuracy || classUnits.get(a)!.size - classUnits.get(b)!.size)
    .map(([label]) => label);
  if (weak.length > 0) advice.push(`add examples of ${listed(weak)} first`);
  return advice;
}

const LISTED = 3;
/** Accuracy of a class below which more of its examples are asked for. */
const WEAK = 0.8;

/**
 * Divides the examples of a task into folds. Examples of one group, and examples that are nearly equal, are one unit, which is
 * left out as a whole, so that none is predicted from its own copy.
 */

import { Standardiser } from "./standardise.js";
import { type EmbeddedExample, valuesKey } from "./types.js";

/** The most folds. */
const FOLDS = 10;
/** Cosine of all vectors of two examples from which on they count as one. */
const NEAR = 0.985;

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
    if (group !== undefined) join(JSON.stringify([label, group]), i);
    join(`equal ${valuesKey(example)}`, i);
  }
  // Vectors of some pretrained encoders are all alike before they are standardised.
  const standardiser = new Standardiser(examples);
  const compared = examples.map((example) => ({
    ...example,
    vectors: standardiser.vectors(example.vectors),
  }));
  const byClass = new Map<string | undefined, number[]>();
  for (const [i, { label }] of examples.entries()) byClass.set(label, [...(byClass.get(label) ?? []), i]);
  for (const own of byClass.values())
    for (const [k, i] of own.entries())
      for (const j of own.slice(0, k)) if (areNear(compared[i], compared[j])) parent[rootOf(i)] = rootOf(j);
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

/**
 * Folds `[fold][n]` of example indexes: the units of each class are dealt to as many folds as the largest class has units, at
 * most {@link FOLDS}, so that a fold leaves out as much of each class. A class of one unit is in no fold.
 */
export function foldsOf(examples: readonly EmbeddedExample[], units: readonly number[]): number[][] {
  const classes = unitsByClass(examples, units);
  const count = Math.min(FOLDS, Math.max(...[...classes.values()].map((own) => own.length)));
  const foldOf = new Map<number, number>();
  for (const [c, own] of [...classes.values()].entries())
    if (own.length > 1) for (const [k, unit] of own.entries()) foldOf.set(unit, (k + c) % count);
  const folds = Array.from({ length: count }, (): number[] => []);
  for (const [i, unit] of units.entries()) {
    const fold = foldOf.get(unit);
    if (fold !== undefined) folds[fold].push(i);
  }
  return folds.filter((fold) => fold.length > 0);
}

/** The units of each class, by label in order. */
export function unitsByClass(
  examples: readonly EmbeddedExample[],
  units: readonly number[],
): Map<string, number[]> {
  const classes = new Map<string, Set<number>>();
  for (const [i, { label = "" }] of examples.entries())
    classes.set(label, (classes.get(label) ?? new Set()).add(units[i]));
  return new Map([...classes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, own]) => [label, [...own]]));
}

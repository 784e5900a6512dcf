/**
 * Evaluate a model of closed training on rows of its train classes that were held out: accuracy over rows, with a 95 %
 * interval, every modality alone, missing modalities, an untrained network, and chance. No support is given.
 */

import { InputError } from "../base/errors.js";
import { type Dataset, hasAny, normalName, type Row, type Split } from "../data/index.js";
import { loadTable } from "../episode/index.js";
import type { Model } from "../model/model.js";
import { checkKinds } from "./kinds.js";
import { scoreKnown } from "./known.js";
import { shareWithInterval } from "./statistics.js";
import { behind } from "./summary.js";
import type { EvaluationRow } from "./types.js";
import { untrainedWeights } from "./untrained.js";

export interface EvaluateClosedOptions {
  data: Dataset;
  /** Default `test`. Train rows are refused. */
  split?: Split;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number, row: string) => void;
}

/** As an episodic evaluation's row, but timed by the example. */
export interface ClosedRow extends Omit<EvaluationRow, "msPerEpisode" | "mse" | "mae" | "support"> {
  readonly accuracy: number;
  /** The ends of the 95 % interval (Agresti and Coull); `halfWidth` is the distance to the farther one. Absent of chance. */
  readonly interval?: readonly [low: number, high: number];
  readonly msPerExample: number;
}

export interface ClosedEvaluation {
  readonly data: string;
  readonly split: Split;
  readonly closed: true;
  /** How many classes there are to choose from. */
  readonly way: number;
  readonly examples: number;
  /** Classes of the split that the model was not trained on, whose rows have no part in this. */
  readonly ineligible: readonly string[];
  /** Rows that have none of the model's modalities. */
  readonly unusedRows: number;
  readonly rows: readonly ClosedRow[];
}

/** Evaluate `model`, which was trained with `closed`, on the held-out rows of `data`. */
export async function evaluateClosed(
  model: Model,
  { data, split = "test", signal, onProgress }: EvaluateClosedOptions,
): Promise<ClosedEvaluation> {
  const { card, modalities: all } = model;
  const classes = card.classes.train.map(normalName);
  const held = heldRows(model, data, split);
  checkKinds(model, data);
  const known = held.filter(({ label }) => classes.includes(label!));
  const rows = known.filter((row) => hasAny(row, all));
  if (rows.length === 0) throw noRows(data, split);
  const table = await loadTable(rows, card.modalities, { signal, threads: model.inference.engine.threads });
  const without = (name: string) => all.filter((other) => other !== name);
  const several = all.length > 1 ? all : [];
  const contenders: { kind: ClosedRow["kind"]; name: string; query: readonly string[]; by?: Model }[] = [
    { kind: "fused", name: all.join("+"), query: all },
    ...Object.entries(model.alone).map(([name, by]) => ({ kind: "alone" as const, name, query: [name], by })),
    ...several.map((name) => ({
      kind: "query-missing" as const,
      name: `query without ${name}`,
      query: without(name),
    })),
    { kind: "untrained", name: `untrained ${all.join("+")}`, query: all },
  ];
  const scored: ClosedRow[] = [];
  let first: readonly number[] | undefined;
  for (const [i, { kind, name, query, by = model }] of contenders.entries()) {
    const { inference } = by;
    const weights = kind === "untrained" ? await untrainedWeights(inference, by, data, signal) : by.weights;
    const started = performance.now();
    const results = await scoreKnown(inference, weights, table, classes, query, {
      signal,
      onProgress: (done) => onProgress?.(i * rows.length + done, contenders.length * rows.length, name),
    });
    const msPerExample = (performance.now() - started) / rows.length;
    const scores = results.map(({ score }) => score);
    first ??= scores;
    const right = scores.reduce((sum, score) => sum + score, 0);
    const { mean: accuracy, halfWidth, interval } = shareWithInterval(right, scores.length);
    const paired = behind("classification", first, scores);
    scored.push({ kind, name, query, accuracy, halfWidth, interval, msPerExample, ...paired });
  }
  const chance = { accuracy: 1 / classes.length, halfWidth: 0, msPerExample: 0 };
  scored.push({ kind: "chance", name: "chance", query: [], ...chance });
  const unknown = held.flatMap(({ label }) => (classes.includes(label!) ? [] : [label!]));
  return {
    data: data.name,
    split,
    closed: true,
    way: classes.length,
    examples: rows.length,
    ineligible: [...new Set(unknown)].sort(),
    unusedRows: known.length - rows.length,
    rows: scored,
  };
}

/** The labelled rows of a split that the model was not trained on. */
function heldRows({ card }: Model, data: Dataset, split: Split): Row[] {
  const fail = (problem: string, expected: string, remedy: string) =>
    new InputError({
      code: "evaluate/not-closed",
      where: `${data.name}, split ${split}`,
      problem,
      expected,
      remedy,
    });
  if (!card.recipe.closed)
    throw fail(
      "the model was not trained with --closed, so no rows of its train classes were held out",
      "a model of train --closed",
      "Leave out --closed to evaluate on unseen classes, or train with it.",
    );
  if (split === "train")
    throw fail("the model was trained on the train rows", "val or test", "Use --split val or --split test.");
  const labelled = data.rows.filter(({ label }) => label !== undefined);
  const ids = card.held && new Set(card.held[split]);
  return labelled.filter((row) => (ids ? ids.has(row.id) : row.split === split));
}

const noRows = ({ name }: Dataset, split: Split) =>
  new InputError({
    code: "evaluate/no-held-rows",
    where: `${name}, split ${split}`,
    problem: "no row of a train class that was held out from training is in it",
    expected: "the data the model was trained on, or data that declare such rows",
    remedy: "Check --split and --data.",
  });

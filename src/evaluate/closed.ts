/**
 * Evaluates a model of closed (supervised) training on held-out rows of its train classes, without a support: accuracy
 * over rows of the model, of unimodal models, with missing modalities, of an untrained network, and of chance.
 */

import { InputError } from "../base/errors.js";
import { checkOptions } from "../base/given.js";
import { checkDataset, type Dataset, hasAny, normalName, type Row, type Split } from "../data/index.js";
import { loadTable } from "../episode/index.js";
import { checkModel } from "../model/given.js";
import type { Model } from "../model/model.js";
import { contendersOf } from "./contenders.js";
import { checkKinds } from "./kinds.js";
import { scoreKnown } from "./known.js";
import { progressOver, type RowSource, scoreRows } from "./rows.js";
import { shareWithInterval } from "./statistics.js";
import type { EvaluationProgress, EvaluationRow } from "./types.js";
import { untrainedWeights } from "./untrained.js";

export interface EvaluateClosedOptions {
  data: Dataset;
  /** Default `test`; `train` is refused. */
  split?: Split;
  signal?: AbortSignal;
  /** Called with the examples done in all rows, the examples of all rows, and the name of the current row. */
  onProgress?: EvaluationProgress;
}

/** A row of an evaluation over held-out rows; times are per example. */
export interface ClosedRow extends Omit<EvaluationRow, "msPerEpisode" | "mse" | "mae" | "support"> {
  readonly accuracy: number;
  /** The 95 % interval (Agresti and Coull); `halfWidth` is the distance to its farther end. Absent for chance. */
  readonly interval?: readonly [low: number, high: number];
  readonly msPerExample: number;
}

export interface ClosedEvaluation {
  /** The name of the data set. */
  readonly data: string;
  readonly split: Split;
  readonly closed: true;
  /** The number of train classes. */
  readonly way: number;
  /** The number of held-out rows. */
  readonly examples: number;
  /** Classes of the split that the model was not trained on; their rows are left out. */
  readonly ineligible: readonly string[];
  /** Rows that have none of the model's modalities. */
  readonly unusedRows: number;
  readonly rows: readonly ClosedRow[];
}

/**
 * Evaluate a model that was trained with `closed` on held-out rows of its train classes.
 *
 * @throws {InputError} `evaluate/not-closed` for a model trained on episodes, `evaluate/no-held-rows` for data without
 * such rows, `evaluate/other-modalities` for data with none of the model's modalities.
 * @example
 * const { rows: [fused] } = await evaluateClosed(classifier, { data });
 * fused.accuracy; // share of the held-out rows
 */
export async function evaluateClosed(
  model: Model,
  options: EvaluateClosedOptions,
): Promise<ClosedEvaluation> {
  checkModel(model, "evaluateClosed");
  checkOptions(options, "evaluateClosed");
  const { data, split = "test", signal, onProgress } = options;
  checkDataset(data, "evaluateClosed, option data");
  const { card, modalities } = model;
  const classes = card.classes.train.map(normalName);
  const held = heldRows(model, data, split);
  checkKinds(model, data);
  const known = held.filter(({ label }) => classes.includes(label!));
  const rows = known.filter((row) => hasAny(row, modalities));
  if (rows.length === 0) throw noRows(data, split);
  const { threads } = model.inference.engine;
  const table = await loadTable(rows, card.modalities, { signal, threads });
  const source: RowSource = {
    task: "classification",
    count: rows.length,
    async score({ model: contender, untrained, query }, options) {
      const { inference } = contender;
      const weights = untrained
        ? await untrainedWeights(inference, contender, data, signal)
        : contender.weights;
      return scoreKnown(inference, weights, table, classes, query, options);
    },
  };
  const contenders = contendersOf(model, { support: [], query: modalities });
  const progressOf = progressOver(contenders.length, rows.length, { signal, onProgress });
  const scored = await scoreRows(contenders, source, progressOf);
  const unknown = held.flatMap(({ label }) => (classes.includes(label!) ? [] : [label!]));
  return {
    data: data.name,
    split,
    closed: true,
    way: classes.length,
    examples: rows.length,
    ineligible: [...new Set(unknown)].sort(),
    unusedRows: known.length - rows.length,
    rows: [
      ...scored.map(({ contender: { kind, name, query }, results, msPerItem, behindFirst }): ClosedRow => {
        const correct = results.reduce((sum, { score }) => sum + score, 0);
        const { mean: accuracy, halfWidth, interval } = shareWithInterval(correct, results.length);
        const score = { accuracy, halfWidth, interval, msPerExample: msPerItem };
        return { kind, name, query, ...score, ...(behindFirst && { behindFirst }) };
      }),
      {
        kind: "chance",
        name: "chance",
        query: [],
        accuracy: 1 / classes.length,
        halfWidth: 0,
        msPerExample: 0,
      },
    ],
  };
}

/** The labelled rows of a split that were held out from training. */
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

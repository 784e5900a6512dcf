/** Draws the episodes that all rows of an evaluation are scored on. */

import { DEFAULT_SEED, evaluationDefaults } from "../base/defaults.js";
import { InputError } from "../base/errors.js";
import { random } from "../base/random.js";
import { hasAny, unitOf, unitWordsOf } from "../data/index.js";
import { episodeSampler, loadTable, type View } from "../episode/index.js";
import { checkLabelNames, type Model, mostOf, type ViewOptions, viewOf } from "../model/index.js";
import { checkCounts } from "./counts.js";
import { checkKinds } from "./kinds.js";
import type { Drawn, EvaluateOptions, EvaluationProtocol } from "./types.js";
import { evaluationRows } from "./unseen.js";

/** Draw the episodes of an evaluation. They depend on the options, the model's modalities and its unseen classes only. */
export async function drawEvaluation(model: Model, options: EvaluateOptions): Promise<Drawn> {
  const { task, episode: trained } = model.card.recipe;
  const { fixedWay } = model.definition.learner;
  const defaultShot = task === "regression" ? trained.shot : evaluationDefaults.shot;
  const {
    data,
    split = "test",
    shot = defaultShot,
    query = evaluationDefaults.query,
    seed = DEFAULT_SEED,
  } = options;
  const { episodes: count = evaluationDefaults.episodes, across = null, signal } = options;
  const mode = options.mode ?? trained.mode;
  checkOptions({ split, count, seed, mode });
  checkCounts({ way: options.way ?? 2, shot, query, episodes: count });
  if (fixedWay && options.way !== undefined && options.way !== mostOf(trained.way))
    throw otherWay(model, options.way);
  const view = viewFor(model, options);
  const labelled = evaluationRows(model, data, split);
  checkKinds(model, data);
  const rows = labelled.filter((row) => hasAny(row, model.modalities));
  checkLabelNames(rows, view);
  const units = [...new Set(rows.map((row) => unitOf(row)!))].sort();
  const draw = { task, shot, query, across };
  const where = `${data.name}, split ${split}`;
  // The largest way that can be drawn, if the default cannot.
  const drawable = () =>
    Math.min(evaluationDefaults.way, episodeSampler(rows, units, { ...draw, way: 2 }, where).mostWay);
  const way = options.way ?? (fixedWay ? mostOf(trained.way) : task === "regression" ? 1 : drawable());
  const exact = fixedWay && task === "classification" ? { way: [way, way] as [number, number] } : { way };
  const sampler = episodeSampler(rows, units, { ...draw, ...exact }, where);
  const episodes = Array.from({ length: count }, (_, i) => sampler.draw(random(seed, "evaluate", i)));
  const labelText = model.definition.labelTextSpec(view);
  const { threads } = model.inference.engine;
  const { modalities, targets } = model.card;
  const table = await loadTable(rows, modalities, { signal, threads, labelText, targets });
  const protocol: EvaluationProtocol = {
    data: data.name,
    split,
    task,
    way,
    shot,
    query,
    episodes: count,
    seed,
    mode,
    across,
    supportModalities: view.support,
    queryModalities: view.query,
    labelShots: view.labelShots ?? 0,
    unit: unitWordsOf(rows)[0],
    mostWay: sampler.mostWay,
    ineligible: sampler.ineligible,
    unusedRows: labelled.length - rows.length,
  };
  return { protocol, table, episodes };
}

/** The view of an evaluation; by default that of training. */
export function viewFor(
  { card, definition }: Model,
  { supportModalities, queryModalities, labelShots }: ViewOptions,
): View {
  const { support, query, labelShots: trained } = definition.view;
  const options = {
    supportModalities: supportModalities ?? support,
    queryModalities: queryModalities ?? query,
    labelShots: labelShots ?? trained,
  };
  return viewOf(options, card.modalities, card.recipe.task, (field) => `evaluate, option ${field}`);
}

function checkOptions(given: { split: string; count: number; seed: number; mode: string }): void {
  const check = (option: string, value: unknown, ok: boolean, expected: string) => {
    if (ok) return;
    throw new InputError({
      code: "evaluate/bad-option",
      where: `option ${option}`,
      problem: `the value is ${JSON.stringify(value) ?? String(value)}`,
      expected,
      remedy: "Leave it out for the default.",
    });
  };
  const { split, count, seed, mode } = given;
  check("split", split, ["train", "val", "test"].includes(split), "val or test");
  check("episodes", count, Number.isInteger(count) && count > 0, "a whole number of at least 1");
  check("seed", seed, Number.isInteger(seed) && seed >= 0, "a whole number of at least 0");
  check("mode", mode, ["inductive", "transductive"].includes(mode), "inductive or transductive");
}

const otherWay = ({ card: { recipe } }: Model, way: number) =>
  new InputError({
    code: "evaluate/fixed-way",
    where: "option way",
    problem: `the value is ${way}`,
    expected: `${recipe.episode.way}, which ${recipe.learner.name} was meta-trained for`,
    remedy: "Leave it out for the default, or train with that way.",
  });

/** Checks of a recipe's fields against each other: whether the methods suit the task, the way and the kind of training. */

import { auxiliaries, auxiliaryMethodOf } from "../auxiliary/index.js";
import { InputError } from "../base/errors.js";
import type { TaskKind } from "../data/index.js";
import { fusionOf, fusions } from "../fusion/index.js";
import { learnerMethodOf, learnerOf, learnersOf } from "../learner/index.js";
import type { ChosenLearner } from "./recipe-choices.js";
import type { CheckedRecipe, Way } from "./recipe-schema.js";

/** Check that the chosen methods support the task; `where` names the file in errors. */
export function checkMethods(
  { learner, fusion, auxiliary }: Readonly<Record<"learner" | "fusion" | "auxiliary", string>>,
  task: TaskKind,
  where: string,
): void {
  const fusionsOf = (kind: TaskKind) =>
    Object.keys(fusions).filter((name) => kind === "classification" || !fusionOf(name).usesLabelText);
  const auxiliariesOf = (kind: TaskKind) => [
    "none",
    ...Object.keys(auxiliaries).filter((name) => auxiliaryMethodOf(name)?.tasks.includes(kind)),
  ];
  const check = (field: string, name: string, able: readonly string[]) => {
    if (able.includes(name)) return;
    throw new InputError({
      code: `recipe/${field}-task`,
      where: `${where}, field "${field}"`,
      problem: `${name} does not support ${task}, the task of the labels`,
      expected: able.join(" or "),
      remedy: "Choose one of these, or leave the field out.",
    });
  };
  check("learner", learner, learnersOf(task));
  check("fusion", fusion, fusionsOf(task));
  check("auxiliary", auxiliary, auxiliariesOf(task));
}

/** Check the fields that depend on the learner: way, episode, closed training and normalisation. */
export function checkLearner(recipe: CheckedRecipe, chosen: ChosenLearner, way: Way, where: string): void {
  const { task, closed, normalisation, episode } = recipe;
  checkWay(way, task, where);
  const { fixedWay, normalisations, known, batch, idle } = learnerOf(chosen, task);
  const { name } = chosen;
  if (idle) {
    const value = Object.entries(chosen).find(([option]) => option === idle.option)?.[1];
    throw new InputError({
      code: "recipe/learns-nothing",
      where: `${where}, field "learner.${idle.option}"`,
      problem: `the value is ${JSON.stringify(value)}, with which ${name} learns nothing`,
      expected: idle.expected,
      remedy: "Correct the field, or leave it out for its default.",
    });
  }
  if (batch !== undefined) checkWholeSet(episode, name, where);
  if (closed && !known) throw notClosed(name, task, where);
  if (fixedWay && typeof way !== "number")
    throw new InputError({
      code: "recipe/fixed-way",
      where: `${where}, field "episode.way"`,
      problem: `the value is ${JSON.stringify(way)}, and ${name} is trained for one number of classes`,
      expected: "a number >=2",
      remedy: "Give one number, or choose a learner that takes any number of classes.",
    });
  if (normalisation && !normalisations.includes(normalisation))
    throw new InputError({
      code: "recipe/normalisation",
      where: `${where}, field "normalisation"`,
      problem: `${name} cannot use ${normalisation}`,
      expected: normalisations.filter((choice) => choice !== "batch").join(" or "),
      remedy: "Leave it out for the learner's own.",
    });
}

function checkWay(way: Way, task: TaskKind, where: string): void {
  const min = typeof way === "number" ? way : way[0];
  if (task === "regression" ? way === 1 : min > 1) return;
  throw new InputError({
    code: "recipe/bad-value",
    where: `${where}, field "episode.way"`,
    problem: `the value is ${JSON.stringify(way)}`,
    expected: task === "regression" ? "none, since in regression each episode is one group" : "a number >=2",
    remedy: "Correct the field, or leave it out for its default.",
  });
}

/** A learner that trains on all train classes at once has no support to restrict. */
function checkWholeSet(episode: CheckedRecipe["episode"], learner: string, where: string): void {
  const { supportModalities, queryModalities, labelShots } = episode;
  const stated = { supportModalities, queryModalities, labelShots: labelShots || undefined };
  const field = Object.entries(stated).find(([, value]) => value !== undefined)?.[0];
  if (field === undefined) return;
  throw new InputError({
    code: "recipe/no-support",
    where: `${where}, field "episode.${field}"`,
    problem: `${learner} learns all train classes at once, without a support`,
    expected: "none",
    remedy: "Leave it out, or choose another learner; evaluate and adapt take it all the same.",
  });
}

function notClosed(name: string, task: TaskKind, where: string): InputError {
  const closedLearners = learnersOf("classification").filter((key) => {
    const options = learnerMethodOf(key).options.parse({});
    return learnerOf({ name: key, ...options }, "classification").known;
  });
  return new InputError({
    code: "recipe/closed-learner",
    where: `${where}, field "closed"`,
    problem: `${name} learns to adapt to new ${task === "regression" ? "groups" : "classes"}, and knows none without a support`,
    expected: `none, or the learner ${closedLearners.join(" or ")} and class labels`,
    remedy: "Leave it out, or choose that learner.",
  });
}

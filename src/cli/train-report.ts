/** Prints the events of a training run, and a summary of the trained model. */

import type { Model, TrainEvent, TriedRecipe, ValidationCard } from "../index.js";
import { certaintySummary } from "./certainty.js";
import { print } from "./output.js";

import { Progress, printNotices } from "./progress.js";
import { counted, duration, figureInterval, grouped, interval, lines, percent, quoted } from "./text.js";

type Start = Extract<TrainEvent, { type: "start" }>;

export class TrainReport {
  readonly #progress = new Progress();
  #start: Start | undefined;
  readonly #parameters = new Map<string, number>();
  #part: string | undefined;

  /** Parameter count of the model of all modalities: the chosen part, or the first one. */
  get parameters(): number {
    return this.#parameters.get(this.#part ?? "") ?? 0;
  }

  loading(done: number, total: number): void {
    this.#progress.update(
      () => `loading  ${this.#progress.bar(done / total)}${grouped(done)}/${counted(total, "row")}`,
    );
  }

  print(event: TrainEvent): void {
    if (event.type === "defaults") this.#defaults(event);
    if (event.type === "start") this.#startLines(event);
    if (event.type === "step") this.#progress.update(() => this.#stepLine(event));
    if (event.type === "eval") {
      const { part, step, halfWidth, best } = event;
      this.#progress.note(
        `${part}  step ${step}  validation ${scoreOf(event, halfWidth)}${best ? "  (best so far)" : ""}`,
      );
    }
    if (event.type === "failure" && event.action === "skip")
      this.#progress.note(`${event.part}  step ${event.step} left out: ${event.problem}`);
    if (event.type === "choice") {
      this.#part = event.part;
      this.#progress.note(`chosen  ${event.chosen}, by validation: ${triedText(event.tried)}`);
    }
    if (event.type === "warning") this.#progress.note(`warning: ${event.part}: ${event.text}`);
    if (event.type === "done")
      this.#progress.note(
        `${event.part}  ${counted(event.steps, "step")} in ${duration(event.seconds)}${event.stoppedEarly ? "; validation stopped improving" : ""}`,
      );
  }

  note(text: string): void {
    this.#progress.note(text);
  }

  clear(): void {
    this.#progress.clear();
  }

  #defaults({ chosen }: Extract<TrainEvent, { type: "defaults" }>): void {
    const fields = chosen.map(({ field, value }) => `${field} ${valueText(value)}`).join(", ");
    this.#progress.note(`defaults  ${fields}`);
    this.#progress.note(`          for ${chosen[0].why}`);
  }

  #startLines(event: Start): void {
    if (!this.#start) printNotices(event.notices, this.#progress);
    this.#start = event;
    this.#parameters.set(event.part, event.parameters);
    this.#part ??= event.part;
    const { part, step, steps, minutes, task, classes, ineligible, unusedRows, checkpoint } = event;
    const units = (
      task === "regression" ? ["train group", "train groups"] : ["train class", "train classes"]
    ) as [string, string];
    const budget = steps === undefined ? `${minutes} min` : counted(steps, "step");
    const unused = [
      ineligible.length && `${counted(ineligible.length, ...units)} with too few examples`,
      unusedRows && `${counted(unusedRows, "row")} unused`,
    ].filter(Boolean);
    this.#progress.note(
      [
        `${part}  ${checkpoint ? `resuming ${checkpoint} at step ${step} of` : "training for"} ${budget}`,
        `${counted(classes.train, ...units)}, ${classes.val} val, ${classes.test} test`,
        ...unused,
      ].join("; "),
    );
  }

  #stepLine(event: StepEvent): string {
    const { part, step, steps, loss, accuracy, stepsPerSecond, secondsLeft } = event;
    const all = 60 * (this.#start?.minutes ?? 0);
    const share = steps === undefined ? 1 - secondsLeft / all : step / steps;
    return [
      part,
      `${this.#progress.bar(share)}${steps === undefined ? `step ${step}` : `${step}/${steps}`}`,
      `loss ${loss.toFixed(3)}`,
      ...(accuracy === undefined ? [] : [`acc ${percent(accuracy)}`]),
      `${stepsPerSecond.toFixed(1)} steps/s`,
      `${duration(secondsLeft)} left`,
    ].join("  ");
  }
}

/** A value of a recipe on one line: `0.006`, `ngrams (hidden 0)`. */
function valueText(value: unknown): string {
  if (typeof value !== "object" || value === null) return `${value}`;
  const { name, ...options } = value as { name: string };
  const listed = Object.entries(options).map(([key, option]) => `${key} ${option}`);
  return listed.length > 0 ? `${name} (${listed.join(", ")})` : name;
}

/** The recipes that were tried and their validation scores: `default encoders 86.0 ± 0.6 %, from scratch 78.8 ± 0.7 %`. */
const triedText = (tried: readonly TriedRecipe[]): string =>
  tried.map(({ name, accuracy, halfWidth }) => `${name} ${interval(accuracy, halfWidth)}`).join(", ");

type StepEvent = Extract<TrainEvent, { type: "step" }>;

/** A score with its 95 % interval: accuracy, or mean squared error. */
const scoreOf = ({ accuracy, mse }: { accuracy?: number; mse?: number }, halfWidth: number): string =>
  accuracy === undefined ? `mse ${figureInterval(mse!, halfWidth)}` : interval(accuracy, halfWidth);

/** Print the summary of a trained model. */
export function printSummary(
  out: string,
  { card, modalities }: Model,
  parameters: number,
  data: string,
): void {
  const { validation, selectedStep, steps, tried } = card.training;
  const alone = card.alone.length > 0 ? `, and ${card.alone.join(", ")} alone` : "";
  const isRegression = card.recipe.task === "regression";
  const protocol = ({ way, shot, episodes }: ValidationCard) =>
    card.recipe.closed
      ? `${counted(episodes, "held-out row")} of ${way} classes`
      : `unseen ${isRegression ? "groups," : `classes: ${way}-way`} ${shot}-shot, ${counted(episodes, "episode")}`;
  const score = validation
    ? `${scoreOf(validation, validation.halfWidth)} (95 %) on ${protocol(validation)}, step ${selectedStep} of ${steps}`
    : card.recipe.closed
      ? "none: no validation rows are held out"
      : `none: too few validation ${isRegression ? "groups" : "classes"} have enough examples`;
  print(
    lines([
      `model       ${out}: ${modalities.join("+")}, ${counted(parameters, "parameter")}${alone}`,
      `validation  ${score}`,
      ...(tried ? [`tried       ${triedText(tried)}`] : []),
      ...(card.certainty ? [`unknown     ${certaintySummary(card.certainty)}`] : []),
      `next        metamodal evaluate ${quoted(out)} --data ${quoted(data)}${card.recipe.closed ? " --closed" : ""}`,
    ]),
  );
}

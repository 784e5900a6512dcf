/** What `train` says while it trains, and when it is done. */

import type { Model, TrainEvent } from "../index.js";
import { print } from "./output.js";
import { Progress } from "./progress.js";
import { counted, duration, grouped, interval, percent, quoted } from "./text.js";

type Start = Extract<TrainEvent, { type: "start" }>;

export class TrainReport {
  readonly #progress = new Progress();
  #start: Start | undefined;
  /** The parameters of the first part, which is the model of all modalities. */
  parameters = 0;

  loading(done: number, total: number): void {
    this.#progress.update(
      () => `loading  ${this.#progress.bar(done / total)}${grouped(done)}/${counted(total, "row")}`,
    );
  }

  tell(event: TrainEvent): void {
    if (event.type === "start") this.#starts(event);
    if (event.type === "step") this.#progress.update(() => this.#stepLine(event));
    if (event.type === "eval") {
      const { part, step, accuracy, ci95, best } = event;
      this.#progress.note(
        `${part}  step ${step}  validation ${interval(accuracy, ci95)}${best ? "  (best so far)" : ""}`,
      );
    }
    if (event.type === "done")
      this.#progress.note(`${event.part}  ${counted(event.steps, "step")} in ${duration(event.seconds)}`);
  }

  clear(): void {
    this.#progress.clear();
  }

  #starts(event: Start): void {
    this.#start = event;
    this.parameters ||= event.parameters;
    const { part, step, steps, minutes, classes, ineligible, unusedRows } = event;
    const budget = steps === undefined ? `${minutes} min` : counted(steps, "step");
    const left = [
      ineligible.length &&
        `${counted(ineligible.length, "train class", "train classes")} with too few examples`,
      unusedRows && `${counted(unusedRows, "row")} unused`,
    ].filter(Boolean);
    this.#progress.note(
      [
        `${part}  ${step > 0 ? `going on from step ${step} of` : "training for"} ${budget}`,
        `${counted(classes.train, "train class", "train classes")}, ${classes.val} val, ${classes.test} test`,
        ...left,
      ].join("; "),
    );
  }

  #stepLine({ part, step, steps, loss, accuracy, stepsPerSecond, secondsLeft }: StepEvent): string {
    const all = 60 * (this.#start?.minutes ?? 0);
    const share = steps === undefined ? 1 - secondsLeft / all : step / steps;
    return [
      part,
      `${this.#progress.bar(share)}${steps === undefined ? `step ${step}` : `${step}/${steps}`}`,
      `loss ${loss.toFixed(3)}`,
      `acc ${percent(accuracy)}`,
      `${stepsPerSecond.toFixed(1)} steps/s`,
      `${duration(secondsLeft)} left`,
    ].join("  ");
  }
}

type StepEvent = Extract<TrainEvent, { type: "step" }>;

/** The result of training, for people. */
export function printSummary(
  out: string,
  { card, modalities }: Model,
  parameters: number,
  data: string,
): void {
  const { validation, selectedStep, steps } = card.training;
  const alone = card.alone.length > 0 ? `, and ${card.alone.join(", ")} alone` : "";
  const score = validation
    ? `${interval(validation.accuracy, validation.ci95)} (95 %) on unseen classes: ${validation.way}-way ${validation.shot}-shot, ` +
      `${counted(validation.episodes, "episode")}, step ${selectedStep} of ${steps}`
    : "none: fewer than two validation classes have enough examples";
  print(
    [
      `model       ${out}: ${modalities.join("+")}, ${counted(parameters, "parameter")}${alone}`,
      `validation  ${score}`,
      `next        metamodal evaluate ${quoted(out)} --data ${quoted(data)}`,
    ].join("\n"),
  );
}

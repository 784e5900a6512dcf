/**
 * Training steps in sequence. The episodes of the next step are drawn while a step runs. If the state that a step leads to
 * is known before its values are, the next step is also started then, so that no thread waits for messages.
 */

import { type Drawer, drawMeanwhile, drawNow } from "./draw.js";
import type { Step, Stepped, Stepper } from "./step.js";
import type { TrainingState } from "./update.js";

interface Course {
  readonly draw: Drawer;
  readonly take: Stepper;
  /** The learning rate of the step after `steps` steps. */
  rateAfter(steps: number): number;
  /** Whether training ends after `steps` steps. */
  isOver(steps: number): boolean;
  readonly signal?: AbortSignal;
}

export interface TakenStep extends Stepped {
  readonly learningRate: number;
  /** Seconds from the end of the step until the next step's episodes were drawn. */
  readonly secondsWaited: number;
}

type Episodes = ReturnType<typeof drawNow>;

/** A step in progress, with its learning rate. */
type Begun = Step & Pick<TakenStep, "learningRate">;

/** A function that takes the next step in each call. The state it returns stays valid until the following call. */
export function stepsFrom(
  start: TrainingState,
  { draw, take, rateAfter, isOver, signal }: Course,
): () => Promise<TakenStep> {
  const begin = (state: TrainingState, episodes: Episodes): Begun => {
    const learningRate = rateAfter(state.step);
    const step = take(state, episodes, learningRate, signal);
    // A failure is reported to whoever awaits the step; a step started ahead may never be awaited.
    step.stepped.catch(() => {});
    return { ...step, learningRate };
  };
  let current = start;
  let drawn = drawNow(draw(start.step + 1));
  let running: Begun | undefined;
  return async () => {
    const { ahead, stepped, learningRate } = running ?? begin(current, drawn);
    running = undefined;
    const next = current.step + 1;
    const isLast = isOver(next);
    const prepare = async () => {
      drawn = await drawMeanwhile(draw(next + 1));
      if (ahead) running = begin(ahead, drawn);
    };
    let ended = 0;
    const [result] = await Promise.all([
      stepped.finally(() => {
        ended = performance.now();
      }),
      isLast ? undefined : prepare(),
    ]);
    current = result.state;
    return { ...result, learningRate, secondsWaited: isLast ? 0 : (performance.now() - ended) / 1000 };
  };
}

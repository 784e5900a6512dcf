/**
 * Steps one after another. Each is drawn while the one before runs and, where that one's state is known to be on its way,
 * also started then, so that no thread waits for word to go back and forth.
 */

import { type Drawer, drawMeanwhile, drawNow } from "./draw.js";
import type { Step, Stepped, Stepper } from "./step.js";
import type { TrainingState } from "./update.js";

export interface Course {
  readonly draw: Drawer;
  readonly take: Stepper;
  /** The rate of the step from a state of so many steps. */
  rateAfter(steps: number): number;
  /** Whether no step comes after so many. */
  isOver(steps: number): boolean;
  readonly signal?: AbortSignal;
}

export interface Taken extends Stepped {
  /** Seconds from the step's end until the next one's episodes were drawn. */
  readonly secondsWaited: number;
}

type Programs = ReturnType<typeof drawNow>;

/** Each call gives what the next step led to. That state stays as it is until the next call. */
export function stepsFrom(
  start: TrainingState,
  { draw, take, rateAfter, isOver, signal }: Course,
): () => Promise<Taken> {
  const begin = (state: TrainingState, programs: Programs): Step => {
    const step = take(state, programs, rateAfter(state.step), signal);
    // Whoever waits for it hears of a failure; nobody may wait for a step that was started ahead.
    step.stepped.catch(() => {});
    return step;
  };
  let current = start;
  let drawn = drawNow(draw(start.step + 1));
  let running: Step | undefined;
  return async () => {
    const { ahead, stepped } = running ?? begin(current, drawn);
    running = undefined;
    const reached = current.step + 1;
    const isLast = isOver(reached);
    const prepare = async () => {
      drawn = await drawMeanwhile(draw(reached + 1));
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
    return { ...result, secondsWaited: isLast ? 0 : (performance.now() - ended) / 1000 };
  };
}

/**
 * Trains one model ("part"): all modalities, or a single one. The loop draws the episodes of a step (draw.ts), runs their
 * meta-gradients and the optimizer (step.ts), and validates now and then, keeping the best weights.
 *
 * Every draw is a function of (seed, step, episode), and gradients are added in episode order. Nothing depends on timing or
 * on the number of threads, so an interrupted and resumed training gives the same bytes.
 */

import type { TrainEvent } from "./events.js";
import { fitCertainty } from "./fit-certainty.js";
import { PartProgress } from "./part-progress.js";
import type { PartOptions, TrainedPart } from "./trained-part.js";

/** Train a part to its end, yielding events. On abort, write a checkpoint and throw the signal's reason. */
export async function* trainPart(options: PartOptions): AsyncGenerator<TrainEvent, TrainedPart> {
  const { programs, data, checkpoints, resume, signal } = options;
  const progress = new PartProgress(options, resume ? await checkpoints?.read() : undefined);
  yield* progress.startEvents();
  const takeStep = await progress.begin();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { isOver } = progress;
      if (progress.isValidationDue(isOver)) {
        yield* await progress.validate();
        yield* await progress.save();
      }
      if (isOver) break;
      yield* progress.advance(await takeStep());
    }
  } catch (error) {
    if (signal?.aborted) yield* await progress.save();
    throw error;
  }
  await progress.check();
  yield* progress.warnings();
  yield progress.doneEvent();
  const { weights, steps, selectedStep, validation } = progress.result();
  const certainty = await fitCertainty(programs.inference, weights, data, signal);
  return { weights, steps, selectedStep, validation, certainty };
}

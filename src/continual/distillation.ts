/**
 * Learning without forgetting (Li, Hoiem, 2016): L_old is the cross-entropy between the old model's predictions p* of
 * the old classes and those of the current model, on examples of the new task: L_old = −Σ_k p*_k log p_k. It needs no old
 * examples.
 *
 * The paper uses a temperature of 2; here it is 1. The old model normalises by the batch's own statistics, as in training,
 * so that the gradient at θ* is zero.
 */

import { InferencePrograms } from "../model/index.js";
import { meanGradient } from "../train/programs.js";
import { probabilitiesAmong, relabelled } from "./soft-labels.js";
import type { ContinualMethod } from "./types.js";

export const distillation: ContinualMethod = {
  name: "distillation",
  summary: "match the old model's predictions of the old classes",
  source: "Li, Hoiem 2016",
  weighs: "old",
  startsOld: true,
  async begin({ programs, weights, ways, run, signal }) {
    const teacher = new InferencePrograms(programs.definition.withMode("transductive"), programs.engine);
    const known = await teacher.known(weights, ways, { signal });
    return async (current, batches) => {
      const relabelledBatches = await Promise.all(
        batches.map(async (batch) => {
          const { outputs } = await teacher.predict(weights, known, batch.query, { signal });
          return relabelled(batch, probabilitiesAmong(outputs, ways), ways);
        }),
      );
      const { loss, gradient } = meanGradient(await run(current, relabelledBatches));
      return { loss, gradient };
    };
  },
};

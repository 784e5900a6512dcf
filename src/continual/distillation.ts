/**
 * Learning without forgetting (Li, Hoiem, 2016): L_old is the cross-entropy of the old classes' answers with those that
 * the old model gives, both on the new task's examples: L_old = −Σ_k p*_k log p_k. No old example is needed.
 *
 * The paper softens both by a temperature of 2; here it is 1. The old model answers as it did in training, by the
 * batch's own statistics, so that at θ* the gradient is zero.
 */

import { InferencePrograms } from "../model/index.js";
import { meanGradient } from "../train/programs.js";
import { among, relabelled } from "./answers.js";
import type { ContinualMethod } from "./types.js";

export const distillation: ContinualMethod = {
  name: "distillation",
  summary: "answer for the old classes as the old model does",
  source: "Li, Hoiem 2016",
  weighs: "old",
  startsOld: true,
  async begin({ programs, weights, ways, run, signal }) {
    const teacher = new InferencePrograms(programs.definition.withMode("transductive"), programs.engine);
    const known = await teacher.known(weights, ways, { signal });
    return async (current, batches) => {
      const taught = await Promise.all(
        batches.map(async (batch) => {
          const { outputs } = await teacher.predict(weights, known, batch.query, { signal });
          return relabelled(batch, among(outputs, ways), ways);
        }),
      );
      const { loss, gradient } = meanGradient(await run(current, taught));
      return { loss, gradient };
    };
  },
};

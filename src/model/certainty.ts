/** Temperature and open-set threshold of a model: fitted on validation episodes, stored in model.json, used by tasks. */

import { z } from "zod";
import { type Certainty, certainties } from "../objective/certainty.js";

export const certaintySchema = z.object({
  /** The certainty score that is compared with the threshold: `logit` or `probability`. */
  score: z.enum(Object.keys(certainties) as [Certainty, ...Certainty[]]),
  /** Probabilities are softmax(logits / temperature). 1 if there was nothing to fit it on. */
  temperature: z.number().positive(),
  /** A query whose score is below it is `unknown`; 95 % of known validation queries reach it. Null without unknown queries. */
  threshold: z.number().nullable(),
  /** Area under the ROC curve of known against unknown validation queries. Null without a threshold. */
  auroc: z.number().nullable(),
  /** Share of unknown validation queries that reach the threshold. Null without a threshold. */
  fpr95: z.number().nullable(),
  /** Whether the score separates known from unknown queries hardly better than chance. */
  uninformative: z.boolean(),
  /** Why there is no threshold, if there is none. */
  reason: z.string().optional(),
  /** Classes per validation episode; 0 if there were too few classes for any episode. */
  way: z.number(),
  /** Support examples per class of those episodes. */
  shot: z.number(),
  /** The number of those episodes. */
  episodes: z.number(),
  /**
   * Whether the temperature improved calibration, or left it as it was, in validation episodes of other ways. Absent if
   * the way is fixed, and in models of earlier versions.
   */
  otherWays: z.array(z.object({ way: z.number(), helps: z.boolean() })).optional(),
});

/** The temperature and the threshold of a model, and how they were fitted. */
export type CertaintyCard = Readonly<z.infer<typeof certaintySchema>>;

/**
 * The temperature for tasks of `way` classes: the fitted one, or 1 if it made calibration worse at the nearest validated
 * way, by ratio.
 */
export function temperatureAt(certainty: CertaintyCard | null, way: number): number {
  if (!certainty) return 1;
  const validated = [{ way: certainty.way, helps: true }, ...(certainty.otherWays ?? [])];
  const distance = (of: { way: number }) => Math.abs(Math.log(way / of.way));
  const nearest = validated.reduce((best, next) => (distance(next) < distance(best) ? next : best));
  return nearest.helps ? certainty.temperature : 1;
}

/** Whether the certainty of logits [way] is below the threshold; false if no threshold was fitted. */
export const isUnknown = (certainty: CertaintyCard | null, logits: ArrayLike<number>): boolean =>
  certainty !== null &&
  certainty.threshold !== null &&
  certainties[certainty.score](logits) < certainty.threshold;

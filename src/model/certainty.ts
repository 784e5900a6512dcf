/** The temperature and the threshold of a model, fitted on validation episodes and stored in model.json, and their use. */

import { z } from "zod";
import { type Certainty, certainties } from "../objective/certainty.js";

export const certaintySchema = z.object({
  score: z.enum(Object.keys(certainties) as [Certainty, ...Certainty[]]),
  temperature: z.number().positive(),
  threshold: z.number().nullable(),
  auroc: z.number().nullable(),
  fpr95: z.number().nullable(),
  uninformative: z.boolean(),
  reason: z.string().optional(),
  way: z.number(),
  shot: z.number(),
  episodes: z.number(),
  otherWays: z.array(z.object({ way: z.number(), helps: z.boolean() })).optional(),
});

export interface CertaintyCard {
  /** What is compared with the threshold: see learner/certainty.ts. */
  readonly score: Certainty;
  /** Probabilities are softmax(logits / temperature). 1 where there was nothing to fit it on. */
  readonly temperature: number;
  /** What is less certain is `unknown`: 95 % of the known queries reach it. Null where there were no unknown queries. */
  readonly threshold: number | null;
  /** How well the score tells known from unknown queries of validation: see evaluate/roc.ts. Null without a threshold. */
  readonly auroc: number | null;
  readonly fpr95: number | null;
  /** True where it does so hardly better than chance. */
  readonly uninformative: boolean;
  /** Why there is no threshold, where there is none. */
  readonly reason?: string;
  /** The validation episodes it was fitted on; none of them where there were too few classes. */
  readonly way: number;
  readonly shot: number;
  readonly episodes: number;
  /**
   * Other ways that validation was asked at, and whether probabilities are calibrated as well or better with the temperature
   * as without it there. Absent in models of earlier versions, and where the way is fixed.
   */
  readonly otherWays?: readonly { readonly way: number; readonly helps: boolean }[];
}

/**
 * The temperature of tasks of `way` classes: the one fitted, or 1 where it did harm at the way nearest by ratio of those that
 * validation was asked at.
 */
export function temperatureAt(certainty: CertaintyCard | null, way: number): number {
  if (!certainty) return 1;
  const asked = [{ way: certainty.way, helps: true }, ...(certainty.otherWays ?? [])];
  const distance = (of: { way: number }) => Math.abs(Math.log(way / of.way));
  const nearest = asked.reduce((best, one) => (distance(one) < distance(best) ? one : best));
  return nearest.helps ? certainty.temperature : 1;
}

/** Whether logits [way] are so uncertain that the example is of another class. Never, where no threshold was fitted. */
export const isUnknown = (certainty: CertaintyCard | null, logits: ArrayLike<number>): boolean =>
  certainty !== null &&
  certainty.threshold !== null &&
  certainties[certainty.score](logits) < certainty.threshold;

/**
 * BOIL (Oh, Yoo, Kim, Yun, 2021): MAML whose steps change the body alone under a head that stands still,
 * θ' = θ − α ∇_θ L(θ, w; support); min_{θ,w} E_task L(θ', w; query), differentiated through the steps.
 *
 * The features of a task move to a head that does not, so the head is a learned column for each place a class can
 * take: the number of classes is fixed, and their order matters.
 */

import { z } from "zod";
import { gradient } from "../../engine/index.js";
import { uniformLayer } from "../../nn/init.js";
import { clipped, sgd } from "../../optim/steps.js";
import { defineLearner } from "../types.js";
import { descentLearner, type Fast, supportLoss } from "./descent.js";
import { type LinearHead, slotsFor } from "./linear-head.js";
import { clippedByWidth, innerClip } from "./regression-rate.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(1).max(50).default(3),
  /** Their step size α; for regression by default 0.003, less for features wider than 64. */
  innerRate: z.number().positive().default(0.3),
  innerClip,
});
export type BoilOptions = z.infer<typeof options>;

export const boil = defineLearner({
  name: "boil",
  summary: "gradient descent on the body alone, under a learned head",
  source: "Oh, Yoo, Kim, Yun 2021",
  options,
  regressionDefaults: clippedByWidth(0.003),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create: ({ innerSteps, innerRate, innerClip }: BoilOptions, task) => ({
    ...descentLearner(task, (context, params, state, support, ways) => {
      const loss = supportLoss(context, state, support, ways);
      const head = slotsFor(params.learner as LinearHead, ways.shape[0]);
      const step = sgd<Fast["network"]>(innerRate);
      let { network } = params;
      for (let s = 0; s < innerSteps; s++)
        network = step(
          network,
          clipped(gradient((n: Fast["network"]) => loss({ network: n, head }))(network), innerClip),
        );
      return { network, head };
    }),
    fixedWay: task === "classification",
    init: (width, random, { way }) => uniformLayer(random, width, way),
  }),
});

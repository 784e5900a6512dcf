/**
 * BOIL (Oh, Yoo, Kim, Yun, 2021): MAML whose steps change the body alone, under a fixed head,
 * θ' = θ − α ∇_θ L(θ, w; support); min_{θ,w} E_task L(θ', w; query), differentiated through the steps.
 *
 * The head is learned, one column per class index, so the number of classes is fixed and their order matters.
 */

import { z } from "zod";
import { gradient } from "../../engine/index.js";
import { uniformLayer } from "../../nn/init.js";
import { clipByNorm, descend } from "../../optim/optimizer.js";
import { sgd } from "../../optim/sgd.js";
import { defineLearner } from "../types.js";
import { descentLearner, type FastWeights, supportLoss } from "./descent.js";
import { type LinearHead, padHead } from "./linear-head.js";
import { clippedLearningRateByWidth, innerClip } from "./regression-defaults.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(1).max(50).default(3),
  /** Their learning rate α; for regression by default 0.003, less for features wider than 64. */
  innerLearningRate: z.number().positive().default(0.3),
  innerClip,
});

type Body = FastWeights["network"];

export const boil = defineLearner({
  name: "boil",
  summary: "MAML that adapts the body only, under a learned head",
  source: "Oh, Yoo, Kim, Yun 2021",
  options,
  regressionDefaults: clippedLearningRateByWidth(0.003),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create: ({ innerSteps, innerLearningRate, innerClip }, task) => ({
    ...descentLearner<LinearHead>(
      (width, random, { way }) => uniformLayer(random, width, way),
      (context, params, state, support, classMask) => {
        const loss = supportLoss(context, state, support, classMask);
        const head = padHead(params.learner, classMask.shape[0]);
        const gradientAt = (network: Body) =>
          clipByNorm(gradient((n: Body) => loss({ network: n, head }))(network), innerClip);
        const network = descend(sgd<Body>(innerLearningRate), params.network, gradientAt, innerSteps);
        return { network, head };
      },
    ),
    fixedWay: task === "classification",
  }),
});

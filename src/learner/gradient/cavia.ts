/**
 * CAVIA (Zintgraf, Shiarlis, Kurin, Hofmann, Whiteson, 2019): steps change a few context parameters φ alone, which start
 * from zero and modulate the features f of all examples alike (FiLM: Perez, Strub, de Vries, Dumoulin, Courville, 2018):
 * h = max(0, (1 + φ Γ) ⊙ (f V + v) + φ B), outputs = h W + b, φ' = φ − α ∇_φ L(φ; support);
 * min_θ E_task L(φ'; query), differentiated through the steps.
 *
 * All other parameters are shared by the tasks, including the head with one learned column per class index: the number of
 * classes is fixed, and their order matters.
 */

import { z } from "zod";
import type { Random } from "../../base/random.js";
import { gradient, np, type Tensor } from "../../engine/index.js";
import { uniformLayer } from "../../nn/init.js";
import { type Linear, linear, relu } from "../../nn/layers.js";
import { type TaskObjective, taskObjectives } from "../../objective/index.js";
import { descend } from "../../optim/optimizer.js";
import { sgd } from "../../optim/sgd.js";
import { embeddingLearner } from "../embedding.js";
import { defineLearner, type Head, type InitContext } from "../types.js";
import { type LinearHead, padHead } from "./linear-head.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(1).max(50).default(2),
  /** Their learning rate α. */
  innerLearningRate: z.number().positive().default(1),
  /** Number of context parameters, the length of φ. */
  contextSize: z.number().int().min(1).max(1024).default(32),
});
type CaviaOptions = z.infer<typeof options>;

/** `body` V and v; `gain` Γ and `shift` B `[contextSize, width]`; `head` W and b. */
type Params = {
  readonly body: Linear;
  readonly gain: Tensor;
  readonly shift: Tensor;
  readonly head: LinearHead;
};

/** φ `[contextSize]`, and the head padded to the episode's classes. */
type Fitted = { readonly context: Tensor; readonly head: LinearHead };

function outputs({ body, gain, shift }: Params, { context, head }: Fitted, features: Tensor): Tensor {
  const modulated = linear(features, body).mul(np.matmul(context, gain).add(1));
  return linear(relu(modulated.add(np.matmul(context, shift))), head);
}

/** Fits φ by gradient descent. */
const contextHead = (
  { innerSteps, innerLearningRate, contextSize }: CaviaOptions,
  objective: TaskObjective,
): Head<Params, Fitted> => ({
  fit(params, features, targets) {
    const head = padHead(params.head, targets.classMask.shape[0]);
    const loss = (context: Tensor) => objective.loss(outputs(params, { context, head }, features), targets);
    const start: Tensor = np.zeros([contextSize]);
    const context = descend(sgd<Tensor>(innerLearningRate), start, gradient(loss), innerSteps);
    return { context, head };
  },

  outputs,
});

function init(contextSize: number, width: number, random: Random, { way }: InitContext) {
  const [gain, shift] = [0, 1].map(() => uniformLayer(random, contextSize, width).weight);
  return { body: uniformLayer(random, width, width), gain, shift, head: uniformLayer(random, width, way) };
}

export const cavia = defineLearner({
  name: "cavia",
  summary: "adapt a few context parameters that modulate the features",
  source: "Zintgraf, Shiarlis, Kurin, Hofmann, Whiteson 2019",
  options,
  tasks: ["classification", "regression"],
  certainty: "probability",
  create: (options, task) => ({
    ...embeddingLearner(contextHead(options, taskObjectives[task]), (width, random, model) =>
      init(options.contextSize, width, random, model),
    ),
    fixedWay: task === "classification",
  }),
});

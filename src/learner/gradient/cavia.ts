/**
 * CAVIA (Zintgraf, Shiarlis, Kurin, Hofmann, Whiteson, 2019): steps change a few context parameters φ alone, which
 * start from zero and turn the features f of all examples the same way (FiLM: Perez, Strub, de Vries, Dumoulin,
 * Courville, 2018): h = max(0, (1 + φ Γ) ⊙ (f V + v) + φ B), outputs = h W + b,
 * φ' = φ − α ∇_φ L(φ; support); min_θ E_task L(φ'; query), differentiated through the steps.
 *
 * All the rest is shared by the tasks, also the head, so it is a learned column for each place a class can take: the
 * number of classes is fixed, and their order matters.
 */

import { z } from "zod";
import type { Random } from "../../base/random.js";
import { gradient, np, type Tensor } from "../../engine/index.js";
import { uniformLayer } from "../../nn/init.js";
import { linear, rectify } from "../../nn/layers.js";
import { type Judge, judges } from "../../objective/tasks.js";
import { sgd } from "../../optim/steps.js";
import { embeddingLearner } from "../embedding.js";
import { defineLearner, type Head, type Surroundings } from "../types.js";
import { type LinearHead, slotsFor } from "./linear-head.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(1).max(50).default(2),
  /** Their step size α. */
  innerRate: z.number().positive().default(1),
  /** Numbers that φ has. */
  context: z.number().int().min(1).max(1024).default(32),
});
export type CaviaOptions = z.infer<typeof options>;

type Layer = LinearHead;
/** V and v; Γ and B [context, width] with biases, which φ = 0 leaves; W and b. */
type CaviaParams = {
  readonly body: Layer;
  readonly gain: Tensor;
  readonly shift: Tensor;
  readonly head: Layer;
};

/** What the head keeps: φ [context], and W and b with room for padding classes. */
type Fitted = { readonly context: Tensor; readonly head: LinearHead };

function outputs({ body, gain, shift }: CaviaParams, { context, head }: Fitted, features: Tensor): Tensor {
  const turned = linear(features, body).mul(np.matmul(context, gain).add(1));
  return linear(rectify(turned.add(np.matmul(context, shift))), head);
}

const inContext = ({ innerSteps, innerRate, context: size }: CaviaOptions, judge: Judge): Head => ({
  fit(learned, features, targets) {
    const params = learned as unknown as CaviaParams;
    const head = slotsFor(params.head, targets.ways.shape[0]);
    const loss = (context: Tensor) => judge.loss(outputs(params, { context, head }, features), targets);
    const step = sgd<Tensor>(innerRate);
    let context = np.zeros([size]);
    for (let s = 0; s < innerSteps; s++) context = step(context, gradient(loss)(context));
    return { context, head };
  },

  outputs: (learned, fitted, features) =>
    outputs(learned as unknown as CaviaParams, fitted as unknown as Fitted, features),
});

function init(size: number, width: number, random: Random, { way }: Surroundings) {
  const [gain, shift] = [0, 1].map(() => uniformLayer(random, size, width).weight);
  return { body: uniformLayer(random, width, width), gain, shift, head: uniformLayer(random, width, way) };
}

export const cavia = defineLearner({
  name: "cavia",
  summary: "descent on a few context numbers, which turn the features",
  source: "Zintgraf, Shiarlis, Kurin, Hofmann, Whiteson 2019",
  options,
  tasks: ["classification", "regression"],
  certainty: "probability",
  create: (own: CaviaOptions, task) => ({
    ...embeddingLearner(inContext(own, judges[task]), (width, random, model) =>
      init(own.context, width, random, model),
    ),
    fixedWay: task === "classification",
  }),
});

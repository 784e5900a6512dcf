/**
 * MAML (Finn, Abbeel, Levine, 2017): learn an initialisation θ from which a few gradient steps on the support,
 * θ' = θ − α ∇_θ L(θ; support), do well on the query; min_θ E_task L(θ'; query), differentiated through the steps.
 * `firstOrder` (FOMAML) takes the steps' gradients for constants.
 *
 * Every class's row of the head starts from zero, so any number of classes works and their order does not matter.
 * Learning one start w shared by all classes would change nothing: it adds h · w to every logit, which softmax
 * takes away, and Σ_k (p_k − y_k) w = 0 to the features' gradient; w itself would get gradient 0.
 * The query is normalised by the statistics the support has under the adapted parameters.
 */

import { z } from "zod";
import { gradient, lax, mapTensors, np, type Tensor, type Tensors } from "../engine/index.js";
import { linear } from "../nn/layers.js";
import { crossEntropy, maskWays } from "../nn/loss.js";
import { countsOf } from "./network.js";
import type { Context, LabelledBatch, Learner, LearnerMethod, ModelParams } from "./types.js";

const options = z.strictObject({
  /** Gradient steps on the support while meta-training. */
  innerSteps: z.number().int().min(1).max(50).default(5),
  /** Their step size α. */
  innerRate: z.number().positive().default(0.1),
  /** Take the steps' gradients for constants (FOMAML). */
  firstOrder: z.boolean().default(false),
});
export type MamlOptions = z.infer<typeof options>;

/** A linear head, a row a class: logits [N, way] of features [N, width]. */
type HeadParams = { readonly weight: Tensor; readonly bias: Tensor };

/** What is adapted: the network, and the head with a row a class. */
type Fast = { readonly network: ModelParams["network"]; readonly head: HeadParams };

/** The head of a new episode. */
const startHead = (width: number, way: number): HeadParams => ({
  weight: np.zeros([width, way]),
  bias: np.zeros([way]),
});

/** One step of gradient descent on the support's loss. */
function descend(
  { network }: Context,
  fast: Fast,
  state: Tensors,
  support: LabelledBatch,
  ways: Tensor,
  { innerRate, firstOrder }: MamlOptions,
): Fast {
  const loss = (p: Fast) => {
    const { features } = network.embed(p.network, support, state, "measured");
    return crossEntropy(maskWays(linear(features, p.head), ways), support.labels, countsOf(support));
  };
  const slope = gradient(loss)(fast);
  const step = firstOrder ? mapTensors((g) => lax.stopGradient(g), slope) : slope;
  return mapTensors((p, g) => p.sub(g.mul(innerRate)), fast, step);
}

function create(own: MamlOptions): Learner {
  return {
    normalisations: ["support", "batch"],
    fixedWay: false,
    keeps: "parameters",

    init: () => ({}),

    adapt(context, params, state, support, ways) {
      const head = startHead(context.network.width, ways.shape[0]);
      let fast: Fast = { network: params.network, head };
      for (let step = 0; step < own.innerSteps; step++)
        fast = descend(context, fast, state, support, ways, own);
      const { statistics } = context.network.embedSupport(fast.network, support, state);
      return { fast, statistics };
    },

    predict({ network }, _params, _state, { fast, statistics }, query) {
      const { network: adapted, head } = fast as unknown as Fast;
      const embedding = network.embedQuery(adapted, query, statistics);
      return { logits: linear(embedding.features, head), embedding };
    },
  };
}

export const maml: LearnerMethod = {
  name: "maml",
  summary: "learn where to start gradient descent from",
  source: "Finn, Abbeel, Levine 2017",
  options,
  create,
};

/** Learners that fit a head to embeddings: adapting changes no parameter of the network. Each one is its {@link Head}. */

import type { Random } from "../base/random.js";
import type { Tensor, Tensors } from "../engine/index.js";
import type { ArraysOf } from "../nn/params.js";
import {
  type Batch,
  exampleMask,
  joinBatches,
  type ModelState,
  score,
  targetsOf,
} from "../objective/index.js";
import { storeAverages, withAverages } from "./averages.js";
import type { Head, InitContext, Learner } from "./types.js";

/** What `fit` returned, and the support's normalisation statistics unless these are running averages. */
type Kept = { readonly fitted: Tensors; readonly statistics?: ModelState };

/** The learner that fits `head`; `init` gives the head's initial parameters, for features of `width`. */
export function embeddingLearner<Params extends Tensors, Fitted extends Tensors, Averages = unknown>(
  typedHead: Head<Params, Fitted, Averages>,
  init: (width: number, random: Random, model: InitContext) => NoInfer<ArraysOf<Params>>,
): Learner<Params, Kept, ArraysOf<Params>> & { readonly head: Head } {
  type TypedLearner = Learner<Params, Kept>;
  const head: Head = typedHead;
  const { averages } = head;
  const measured = (state: ModelState, features: Tensor, batch: Batch): ModelState =>
    averages ? storeAverages(state, averages.measure(features, exampleMask(batch))) : state;
  const adapt: TypedLearner["adapt"] = ({ network }, params, state, support, classMask) => {
    const { features, statistics } = network.embedSupport(params.network, support, state);
    const headParams = withAverages(params.learner, state);
    const fitted = head.fit(headParams, features, targetsOf(support, classMask));
    return { fitted, ...(network.normalisation === "running" ? undefined : { statistics }) };
  };
  const predict: TypedLearner["predict"] = ({ network }, params, state, adapted, query) => {
    const { fitted, statistics = state } = adapted;
    const embedding = network.embedQuery(params.network, query, statistics);
    const headParams = withAverages(params.learner, state);
    const weights = head.weights?.(fitted, embedding.features) ?? embedding.weights;
    return {
      readout: (features) => head.outputs(headParams, fitted, features),
      embedding: { ...embedding, weights },
    };
  };
  return {
    normalisations: ["running", "support", "batch"],
    fixedWay: false,
    keeps: "support",
    head,
    init,
    initState: (width) => (averages ? storeAverages({}, averages.init(width)) : {}),
    adapt,
    predict,

    /**
     * With `running` normalisation, an episode is embedded as one batch by its own statistics, which the running averages
     * average; otherwise support and query are embedded as in prediction.
     */
    metaLoss(context, params, state, episode) {
      const { network } = context;
      const { support, query, ways: classMask } = episode;
      if (network.normalisation !== "running") {
        const adapted = adapt(context, params, state, support, classMask);
        const { readout, embedding } = predict(context, params, state, adapted, query);
        const statistics = measured(adapted.statistics ?? state, embedding.features, query);
        return score(context, episode, readout, embedding, statistics);
      }
      const joined = joinBatches(support, query);
      const embedding = network.embed(params.network, joined, state, "measured");
      const statistics = measured(embedding.statistics, embedding.features, joined);
      const headParams = withAverages(params.learner, statistics);
      const shots = support.mask.shape[0];
      const fitted = head.fit(
        headParams,
        embedding.features.slice([0, shots]),
        targetsOf(support, classMask),
      );
      const readout = (features: Tensor) => head.outputs(headParams, fitted, features.slice([shots]));
      return score(context, episode, readout, embedding, statistics);
    },
  };
}

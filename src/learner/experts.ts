/**
 * Late fusion of heads (product of experts: Hinton, 2002; fusion/product-of-experts.ts): one head per modality, fitted to
 * that modality of the support alone, and p(k | x) ∝ Π_m p_m(k | x)^{α_m} over the modalities that the query has. For
 * regression, the output is the mean Σ_m α_m z_m.
 *
 * An expert whose support has n of the K classes distributes the probability n/K among them, and 1/K to each other class;
 * if its outputs are likelihood ratios, the ratio of another class is 1. An expert without support is left out.
 */

import type { Arrays } from "../base/array.js";
import { streamsFrom } from "../base/random.js";
import type { TaskKind } from "../data/index.js";
import { lax, np, type Tensor, type Tensors } from "../engine/index.js";
import { type ByModality, splitRows, total, type WeightedFeatures } from "../fusion/index.js";
import { maskClasses } from "../nn/loss.js";
import { embeddingLearner } from "./embedding.js";
import type { LinearHead } from "./gradient/linear-head.js";
import type { Head, Learner } from "./types.js";

/** The modalities, the width of their embeddings, and the fusion's split of fused features into them. */
export interface Experts {
  readonly modalities: readonly string[];
  readonly width: number;
  split(features: Tensor, modalities: readonly string[]): ByModality<WeightedFeatures>;
}

type ByName = Readonly<Record<string, Tensors>>;

/** A head's parameters and running averages per modality, each absent if it has none. */
type ExpertParams = {
  readonly experts?: ByModality<ByName>;
  readonly measured?: ByModality<ByName>;
};

/** What an expert's `fit` returned, and the mask `[way]` of its support's classes; for regression `[1]`, whether it has any. */
type FittedExpert = { readonly fitted: Tensors; readonly known: Tensor };

const paramsOf = ({ experts, measured }: ExpertParams, name: string): Tensors => ({
  ...experts?.[name],
  ...measured?.[name],
});

/**
 * log p_m `[Q, way]` up to a constant, from the logits z of an expert that knows n of the classes: z for known classes, so
 * that a density stays one, and log (1/n) Σ exp z over the known classes for the others. Likelihood ratios and regression
 * outputs are unchanged.
 */
function logProbabilities(outputs: Tensor, known: Tensor, task: TaskKind, isLikelihoodRatio = false): Tensor {
  if (task === "regression" || isLikelihoodRatio) return outputs;
  const largest = lax.stopGradient(np.max(maskClasses(outputs, known), -1, { keepdims: true }));
  const exponentials = np.exp(maskClasses(outputs, known).sub(largest));
  const mean = np.sum(exponentials, -1, { keepdims: true }).div(np.maximum(np.sum(known), 1));
  return np.where(known.greater(0), outputs, np.log(mean).add(largest));
}

/** The head that fits `head` to each modality and pools the outputs. */
function pooledHead(
  head: Head,
  { modalities, width, split }: Experts,
  task: TaskKind,
): Head<ExpertParams, ByModality<FittedExpert>> {
  const each = <Out>(fn: (name: string) => Out): Record<string, Out> =>
    Object.fromEntries(modalities.map((name) => [name, fn(name)]));
  /** Weights `[Q, 1]` of the experts with a support; they sum to 1, or are all 0 for a query that has none of them. */
  const poolWeights = (fitted: ByModality<FittedExpert>, features: ByModality<WeightedFeatures>) => {
    const unscaled = each((name) => features[name].weight.mul(np.max(fitted[name].known)).reshape([-1, 1]));
    const sum = np.maximum(total(Object.values(unscaled)), 1e-9);
    return each((name) => unscaled[name].div(sum));
  };
  /** Example mask `[N]` of those that have a modality. */
  const having = (mask: Tensor, { weight }: WeightedFeatures) =>
    mask.mul(weight.greater(0).astype(np.float32));
  const { averages, solve } = head;
  return {
    ...(solve && {
      solve(params, features, labels) {
        // Cast: `solve` is called with the parameters that `init` of this head made.
        const { experts } = params as { experts: Record<string, Arrays> };
        const solveExpert = (name: string, { rows, features }: ReturnType<typeof splitRows>[string]) => {
          const expertLabels = rows.map((row) => labels[row]);
          return solve(experts[name], features, expertLabels);
        };
        const split = splitRows(features, modalities);
        return { experts: each((name) => solveExpert(name, split[name])) };
      },
    }),
    ...(averages && {
      averages: {
        init: () => ({ measured: each(() => averages.init(width)) }),
        measure(features, mask) {
          const experts = split(features, modalities);
          return {
            measured: each((name) => averages.measure(experts[name].features, having(mask, experts[name]))),
          };
        },
      },
    }),

    fit(params, features, targets) {
      const experts = split(features, modalities);
      return each((name): FittedExpert => {
        const mask = having(targets.mask, experts[name]);
        const labels = targets.labels.mul(mask.reshape([-1, 1]));
        const count = task === "regression" ? np.sum(mask).reshape([1]) : np.sum(labels, 0);
        const expertTargets = { ...targets, labels, mask };
        return {
          fitted: head.fit(paramsOf(params, name), experts[name].features, expertTargets),
          known: np.minimum(count, 1),
        };
      });
    },

    outputs(params, fitted, features) {
      const experts = split(features, modalities);
      const weights = poolWeights(fitted, experts);
      const terms = each((name) => {
        const expert = fitted[name];
        const outputs = head.outputs(paramsOf(params, name), expert.fitted, experts[name].features);
        return logProbabilities(outputs, expert.known, task, head.isLikelihoodRatio).mul(weights[name]);
      });
      return total(Object.values(terms));
    },

    weights(fitted, features) {
      const weights = poolWeights(fitted, split(features, modalities));
      return each((name) => weights[name].reshape([-1]));
    },
  };
}

/** A linear head on the fused features as one linear head per modality: its block, with the row of its weight as a bias. */
function blocksOf(
  { weight, bias }: LinearHead,
  { modalities, width }: Experts,
  classMask: Tensor,
): ByModality<FittedExpert> {
  const blocks = [...modalities].sort().map((name, m): [string, FittedExpert] => {
    const start = m * (width + 1);
    const block = weight.slice([start, start + width]);
    const weightRow = weight.slice([start + width, start + width + 1]).reshape([-1]);
    return [name, { fitted: { weight: block, bias: weightRow.add(bias) }, known: classMask }];
  });
  return Object.fromEntries(blocks);
}

/**
 * The learner with one head per modality. A learner without a {@link Head} has a linear head, which is a product of experts
 * by itself, and is returned as it is. So is the head that trains on batches of all train classes; new tasks get one head
 * per modality.
 */
export function withExperts(learner: Learner, experts: Experts, task: TaskKind): Learner {
  if (!learner.head) return learner;
  const { modalities, width } = experts;
  const { head, adapt, predict, initState, metaLoss } = embeddingLearner(
    pooledHead(learner.head, experts, task),
    () => ({}),
  );
  const { known } = learner;
  if (known)
    return {
      ...learner,
      head,
      adapt,
      predict,
      known: (params, classMask) => ({
        fitted: blocksOf(known(params, classMask).fitted as LinearHead, experts, classMask),
      }),
    };
  return {
    ...learner,
    head,
    adapt,
    predict,
    initState,
    metaLoss,
    init(_, random, model) {
      const streams = streamsFrom(random);
      const initExpert = (name: string) => learner.init(width, streams("expert", name), model);
      return { experts: Object.fromEntries(modalities.map((name) => [name, initExpert(name)])) };
    },
  };
}

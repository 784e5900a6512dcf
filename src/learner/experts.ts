/**
 * Late fusion of heads (Hinton, 2002; see fusion/product-of-experts.ts): a head a modality, each fitted to that modality
 * of the support alone, and p(k | x) ∝ Π_m p_m(k | x)^{α_m} over the modalities that the query has. Numbers are the mean
 * Σ_m α_m z_m.
 *
 * An expert speaks of the n of K classes that its support showed it: it shares n/K among them, and gives 1/K to each
 * other; where its outputs are likelihood ratios, 1 says nothing of another. One that was shown nothing is left out.
 */

import type { Arrays } from "../base/array.js";
import { streamsFrom } from "../base/random.js";
import type { TaskKind } from "../data/index.js";
import { lax, np, type Tensor, type Tensors } from "../engine/index.js";
import { apartRows, type ByModality, type Expert, total } from "../fusion/index.js";
import { maskWays } from "../nn/loss.js";
import type { LinearHead } from "./gradient/linear-head.js";
import type { Head, Learner } from "./types.js";

/** The modalities, the width of their vectors, and how features are taken apart into them. */
export interface Experts {
  readonly modalities: readonly string[];
  readonly width: number;
  apart(features: Tensor, modalities: readonly string[]): ByModality<Expert>;
}

/** A head's parameters by modality, absent if it has none, and what it measured by modality. */
type Own = { readonly experts?: ByModality<object>; readonly measured?: ByModality<object> };
/** What an expert keeps, and the classes [way] that it was shown; of numbers, whether it was shown any [1]. */
type Taught = { readonly fitted: Tensors; readonly known: Tensor };

const paramsOf = ({ experts, measured }: Own, name: string) =>
  ({ ...experts?.[name], ...measured?.[name] }) as Tensors;

/**
 * log p_m [Q, way], but for a constant, of the logits z of an expert that knows n of the classes: z itself, so that what is
 * a density stays one, and log (1/n) Σ exp z over those it knows, for the others. Of ratios and of numbers, these.
 */
function opinion(outputs: Tensor, known: Tensor, task: TaskKind, areRatios?: true): Tensor {
  if (task === "regression" || areRatios) return outputs;
  const top = lax.stopGradient(np.max(maskWays(outputs, known), -1, { keepdims: true }));
  const raised = np.exp(maskWays(outputs, known).sub(top));
  const mean = np.sum(raised, -1, { keepdims: true }).div(np.maximum(np.sum(known), 1));
  return np.where(known.greater(0), outputs, np.log(mean).add(top));
}

function pooled(head: Head, { modalities, width, apart }: Experts, task: TaskKind): Head {
  const each = <Out>(fn: (name: string) => Out) =>
    Object.fromEntries(modalities.map((name) => [name, fn(name)]));
  /** Weights [Q, 1] of the experts that were shown something, which add up to 1; all 0 for a query that has none of them. */
  const shares = (fitted: Tensors, experts: ByModality<Expert>) => {
    const taught = fitted as unknown as ByModality<Taught>;
    const own = each((name) => experts[name].weight.mul(np.max(taught[name].known)).reshape([-1, 1]));
    const all = np.maximum(total(Object.values(own)), 1e-9);
    return each((name) => own[name].div(all));
  };
  const { measures, solve } = head;
  return {
    ...(solve && {
      solve(params, features, labels) {
        const experts = apartRows(features, modalities);
        const own = (name: string) => {
          const { rows, features: some } = experts[name];
          const known = rows.map((row) => labels[row]);
          return solve((params as { experts: Record<string, Arrays> }).experts[name], some, known);
        };
        return { experts: each(own) };
      },
    }),
    ...(measures && {
      measures: {
        init: () => ({ measured: each(() => measures.init(width)) as Arrays }),
        of(features, counts) {
          const experts = apart(features, modalities);
          const own = (name: string) => counts.mul(experts[name].weight.greater(0).astype(np.float32));
          return { measured: each((name) => measures.of(experts[name].features, own(name))) as Tensors };
        },
      },
    }),

    fit(params, features, targets) {
      const experts = apart(features, modalities);
      return each((name): Taught => {
        const own = experts[name];
        const counts = targets.counts.mul(own.weight.greater(0).astype(np.float32));
        const labels = targets.labels.mul(counts.reshape([-1, 1]));
        const shown = task === "regression" ? np.sum(counts).reshape([1]) : np.sum(labels, 0);
        return {
          fitted: head.fit(paramsOf(params as Own, name), own.features, { ...targets, labels, counts }),
          known: np.minimum(shown, 1),
        };
      });
    },

    outputs(params, fitted, features) {
      const experts = apart(features, modalities);
      const taught = fitted as unknown as ByModality<Taught>;
      const weights = shares(fitted, experts);
      const answers = each((name) => {
        const own = taught[name];
        const outputs = head.outputs(paramsOf(params as Own, name), own.fitted, experts[name].features);
        return opinion(outputs, own.known, task, head.areRatios).mul(weights[name]);
      });
      return total(Object.values(answers));
    },

    weights(fitted, features) {
      const weights = shares(fitted, apart(features, modalities));
      return each((name) => weights[name].reshape([-1]));
    },
  };
}

/** A linear head on the fused features as one for each modality: its block, with the row of its share as a bias. */
function blocksOf({ weight, bias }: LinearHead, { modalities, width }: Experts, ways: Tensor): Tensors {
  const blocks = [...modalities].sort().map((name, m): [string, Taught] => {
    const start = m * (width + 1);
    const own = weight.slice([start, start + width]);
    const share = weight.slice([start + width, start + width + 1]).reshape([-1]);
    return [name, { fitted: { weight: own, bias: share.add(bias) }, known: ways }];
  });
  return Object.fromEntries(blocks);
}

/**
 * The learner with a head for each modality. One that descends has a linear head, which is a product of experts by itself,
 * and stays as it is. So is the head that trains on batches; new tasks have a head for each modality.
 */
export function withExperts(learner: Learner, experts: Experts, task: TaskKind): Learner {
  if (!learner.head) return learner;
  const { modalities, width } = experts;
  const head = pooled(learner.head, experts, task);
  const { known } = learner;
  if (known)
    return {
      ...learner,
      head,
      known: (params, ways) => ({
        fitted: blocksOf(known(params, ways).fitted as LinearHead, experts, ways),
      }),
    };
  return {
    ...learner,
    head,
    init(_, stream, model) {
      const streams = streamsFrom(stream);
      const own = (name: string) => learner.init(width, streams("expert", name), model);
      return { experts: Object.fromEntries(modalities.map((name) => [name, own(name)])) };
    },
  };
}

/**
 * Learned optimizer (Andrychowicz, Denil, Gómez Colmenarejo, Hoffman, Pfau, Schaul, Shillingford, de Freitas, 2016): a small
 * recurrent network m, shared by all parameters, updates each parameter from its gradients, h_s = m(h_{s−1}, g_s),
 * θ_s = θ_{s−1} − α g_s − h_s V with g_s = ∇L(θ_{s−1}; support); min_{θ,m,V,α} E_task L(θ_S; query), with the gradients g
 * held constant as in the paper.
 *
 * m is a gated recurrent unit (Cho et al., 2014); the paper has two layers of LSTM. With the plain step α g, and V starting
 * from zero, training starts as first-order MAML.
 */

import { z } from "zod";
import type { Random } from "../../base/random.js";
import { gradient, mapTensors, nn, np, type Tensor } from "../../engine/index.js";
import { constant, uniformLayer } from "../../nn/init.js";
import { type Linear, linear } from "../../nn/layers.js";
import { type LearnedParams, scoreGradient } from "../../objective/index.js";
import { clipByNorm, descend, type Optimizer } from "../../optim/optimizer.js";
import { defineLearner } from "../types.js";
import {
  type DescentLearner,
  descentLearner,
  type FastWeights,
  queryScore,
  startFast,
  supportLoss,
} from "./descent.js";
import { type HeadStart, initHead } from "./linear-head.js";
import { clippedLearningRateByWidth, innerClip } from "./regression-defaults.js";

const options = z.strictObject({
  /** Steps on the support. */
  innerSteps: z.number().int().min(1).max(50).default(5),
  /** Initial learning rate α of the plain step; for regression by default 0.01, less for features wider than 64. */
  innerLearningRate: z.number().positive().default(0.1),
  innerClip,
});

/** Length of h, per parameter. */
const HIDDEN = 8;
/** Gradients below e^−p are scaled linearly instead of by logarithm. The paper's 10 is within float32 rounding. */
const P = 6;

/** `gates` `[2 + HIDDEN, 2 · HIDDEN]`, `candidate` `[2 + HIDDEN, HIDDEN]`, `out` V `[HIDDEN, 1]`, `logRate` log α `[]`. */
type RecurrentParams = Readonly<Record<"gates" | "candidate", Linear> & Record<"out" | "logRate", Tensor>>;
/** `head`, the learned start of the head, and the `optimizer`. */
type Params = { readonly head: HeadStart; readonly optimizer: RecurrentParams };

const initOptimizer = (random: Random, learningRate: number) => ({
  gates: uniformLayer(random, 2 + HIDDEN, 2 * HIDDEN),
  candidate: uniformLayer(random, 2 + HIDDEN, HIDDEN),
  out: constant(0, [HIDDEN, 1]),
  logRate: constant(Math.log(learningRate), []),
});

/** Inputs `[n, 2]` of m for gradients `[n]`: (log |g| / p, sign g), or (−1, eᵖ g) for gradients below e^−p. */
function preprocess(g: Tensor): Tensor {
  const magnitude = np.abs(g);
  const isLarge = magnitude.greaterEqual(Math.exp(-P));
  const log = np.log(np.maximum(magnitude, Math.exp(-P))).div(P);
  return np.stack([log, np.where(isLarge, np.sign(g), g.mul(Math.exp(P)))], -1);
}

/** h `[n, HIDDEN]` after gradients `g` `[n]`. */
function nextHidden({ gates, candidate }: RecurrentParams, h: Tensor, g: Tensor): Tensor {
  const x = preprocess(g);
  const gateValues = nn.sigmoid(linear(np.concatenate([x, h], 1), gates));
  const [update, reset] = [gateValues.slice([], [0, HIDDEN]), gateValues.slice([], [HIDDEN, 2 * HIDDEN])];
  const proposal = np.tanh(linear(np.concatenate([x, h.mul(reset)], 1), candidate));
  return h.mul(update).add(proposal.sub(proposal.mul(update)));
}

/** The recurrent network as an optimizer; its state is h `[size, HIDDEN]` at each leaf. */
const recurrentOptimizer = (m: RecurrentParams): Optimizer<FastWeights, FastWeights> => ({
  init: (fast) => mapTensors((p) => np.zeros([p.size, HIDDEN]), fast),
  update(fast, gradient, previous) {
    const hidden = mapTensors((h, g) => nextHidden(m, h, g.reshape([-1])), previous, gradient);
    const move = (p: Tensor, g: Tensor, h: Tensor) =>
      p.sub(g.mul(np.exp(m.logRate))).sub(np.matmul(h, m.out).reshape(p.shape));
    return { params: mapTensors(move, fast, gradient, hidden), state: hidden };
  },
});

export const learnedOptimizer = defineLearner({
  name: "learned-optimizer",
  summary: "steps on the support by a learned recurrent optimizer",
  source: "Andrychowicz, Denil, Gómez Colmenarejo and others 2016",
  options,
  regressionDefaults: clippedLearningRateByWidth(0.01),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create({ innerSteps, innerLearningRate, innerClip }, task): DescentLearner<Params> {
    const gradientOf = (loss: (p: FastWeights) => Tensor) => (fast: FastWeights) =>
      clipByNorm(gradient(loss)(fast), innerClip);
    return {
      ...descentLearner<Params>(
        (width, random) => ({
          head: initHead(task, width),
          optimizer: initOptimizer(random, innerLearningRate),
        }),
        (context, { network, learner: { head, optimizer } }, state, support, classMask) => {
          const loss = supportLoss(context, state, support, classMask);
          const start = startFast(context, { network, learner: head }, classMask);
          return descend(recurrentOptimizer(optimizer), start, gradientOf(loss), innerSteps);
        },
      ),

      /** Take the steps twice: once to compute their gradients, then with these as constants, to differentiate. */
      metaGradient(context, { network, learner }, state, episode) {
        const { support, ways: classMask } = episode;
        const gradientAt = gradientOf(supportLoss(context, state, support, classMask));
        const gradients: FastWeights[] = [];
        const adapt = (
          p: LearnedParams<Params>,
          stepGradient: (fast: FastWeights, step: number) => FastWeights,
        ) => {
          const { head, optimizer } = p.learner;
          const start = startFast(context, { ...p, learner: head }, classMask);
          return descend(recurrentOptimizer(optimizer), start, stepGradient, innerSteps);
        };
        adapt({ network, learner }, (fast) => gradients[gradients.push(gradientAt(fast)) - 1]);
        return scoreGradient(
          (p: LearnedParams<Params>) =>
            queryScore(
              context,
              adapt(p, (_, step) => gradients[step]),
              state,
              episode,
            ),
          { network, learner },
        );
      },
    };
  },
});

/**
 * A learned optimizer (Andrychowicz, Denil, Gómez Colmenarejo, Hoffman, Pfau, Schaul, Shillingford, de Freitas, 2016):
 * one little recurrent network m moves each parameter by what it saw of that parameter's gradients,
 * h_s = m(h_{s−1}, g_s), θ_s = θ_{s−1} − α g_s − h_s V with g_s = ∇L(θ_{s−1}; support);
 * min_{θ,m,V,α} E_task L(θ_S; query), the gradients g taken for constants as in the paper.
 *
 * m is a gated recurrent unit (Cho et al., 2014) where the paper has two layers of LSTM. With the plain step α g, and V
 * starting from zeros, training begins as first-order MAML.
 */

import { z } from "zod";
import type { Arrays } from "../../base/array.js";
import type { Random } from "../../base/random.js";
import { gradient, mapTensors, nn, np, type Tensor, type Tensors } from "../../engine/index.js";
import { constant, uniformLayer } from "../../nn/init.js";
import { linear } from "../../nn/layers.js";
import { scoreGradient } from "../../objective/objective.js";
import { clipped } from "../../optim/steps.js";
import { defineLearner, type Learner } from "../types.js";
import { descentLearner, type Fast, queryScore, startFast, supportLoss } from "./descent.js";
import { initHead, type LinearHead } from "./linear-head.js";
import { clippedByWidth, innerClip } from "./regression-rate.js";

const options = z.strictObject({
  /** Steps on the support. */
  innerSteps: z.number().int().min(1).max(50).default(5),
  /**
   * Where the plain step's size α starts; for regression by default 0.01, less for features wider than 64.
   */
  innerRate: z.number().positive().default(0.1),
  innerClip,
});
export type LearnedOptimizerOptions = z.infer<typeof options>;

/** Numbers that h has, of each parameter. */
const MEMORY = 8;
/** Gradients smaller than e^−p are not told by their logarithm. At the paper's 10, the rounding of float32 would be. */
const P = 6;

/** `gates` [2 + MEMORY, 2 · MEMORY], `candidate` [2 + MEMORY, MEMORY], `out` V [MEMORY, 1], `logRate` log α []. */
type Optimizer = Readonly<Record<"gates" | "candidate", LinearHead> & Record<"out" | "logRate", Tensor>>;
type Own = { readonly head: Tensors; readonly optimizer: Optimizer };

const initOptimizer = (random: Random, rate: number): Arrays => ({
  gates: uniformLayer(random, 2 + MEMORY, 2 * MEMORY),
  candidate: uniformLayer(random, 2 + MEMORY, MEMORY),
  out: constant(0, [MEMORY, 1]),
  logRate: constant(Math.log(rate), []),
});

/** What m is told of gradients [n]: (log |g| / p, sign g), or (−1, eᵖ g) of those too small for that. */
function told(g: Tensor): Tensor {
  const size = np.abs(g);
  const large = size.greaterEqual(Math.exp(-P));
  const log = np.log(np.maximum(size, Math.exp(-P))).div(P);
  return np.stack([log, np.where(large, np.sign(g), g.mul(Math.exp(P)))], -1);
}

/** h [n, MEMORY] after gradients `g` [n]. */
function remember({ gates, candidate }: Optimizer, h: Tensor, g: Tensor): Tensor {
  const x = told(g);
  const open = nn.sigmoid(linear(np.concatenate([x, h], 1), gates));
  const [keep, read] = [open.slice([], [0, MEMORY]), open.slice([], [MEMORY, 2 * MEMORY])];
  const fresh = np.tanh(linear(np.concatenate([x, h.mul(read)], 1), candidate));
  return h.mul(keep).add(fresh.sub(fresh.mul(keep)));
}

/** Where `steps` steps lead from `start`, of which each asks for the gradient. */
function optimise(m: Optimizer, start: Fast, steps: number, slopeAt: (fast: Fast, s: number) => Fast): Fast {
  let fast = start;
  let memory = mapTensors((p) => np.zeros([p.size, MEMORY]), start);
  for (let s = 0; s < steps; s++) {
    const slope = slopeAt(fast, s);
    memory = mapTensors((h, g) => remember(m, h, g.reshape([-1])), memory, slope);
    const move = (p: Tensor, g: Tensor, h: Tensor) =>
      p.sub(g.mul(np.exp(m.logRate))).sub(np.matmul(h, m.out).reshape(p.shape));
    fast = mapTensors(move, fast, slope, memory);
  }
  return fast;
}

export const learnedOptimizer = defineLearner({
  name: "learned-optimizer",
  summary: "steps by a little recurrent network that is learned too",
  source: "Andrychowicz, Denil, Gómez Colmenarejo and others 2016",
  options,
  regressionDefaults: clippedByWidth(0.01),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create: ({ innerSteps, innerRate, innerClip }: LearnedOptimizerOptions, task): Learner => {
    const slopeOf = (loss: (p: Fast) => Tensor) => (fast: Fast) => clipped(gradient(loss)(fast), innerClip);
    return {
      ...descentLearner(task, (context, { network, learner }, state, support, ways) => {
        const { head, optimizer } = learner as unknown as Own;
        const loss = supportLoss(context, state, support, ways);
        const start = startFast(context, { network, learner: head }, ways);
        return optimise(optimizer, start, innerSteps, slopeOf(loss));
      }),

      init: (width, random) => ({
        head: initHead(task, width),
        optimizer: initOptimizer(random, innerRate),
      }),

      /** The steps are taken twice: once to see their gradients, then by these as constants, to be differentiated. */
      metaGradient(context, { network, learner }, state, episode) {
        const { support, ways } = episode;
        const slope = slopeOf(supportLoss(context, state, support, ways));
        const slopes: Fast[] = [];
        type Params = { readonly network: typeof network; readonly learner: Tensors };
        const descend = (p: Params, slopeAt: (fast: Fast, s: number) => Fast) => {
          const { head, optimizer } = p.learner as unknown as Own;
          return optimise(optimizer, startFast(context, { ...p, learner: head }, ways), innerSteps, slopeAt);
        };
        descend({ network, learner }, (fast) => slopes[slopes.push(slope(fast)) - 1]);
        return scoreGradient(
          (p: Params) =>
            queryScore(
              context,
              descend(p, (_, s) => slopes[s]),
              state,
              episode,
            ),
          { network, learner },
        );
      },
    };
  },
});

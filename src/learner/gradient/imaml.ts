/**
 * iMAML (Rajeswaran, Finn, Kakade, Levine, 2019): a task's parameters minimise its loss near θ,
 * φ = argmin_φ L(φ; support) + λ/2 ‖φ − θ‖², and the meta-gradient depends on φ only, not on the steps to it:
 * dL(φ; query)/dθ = (I + ∇²L(φ; support) / λ)⁻¹ ∇L(φ; query), solved by conjugate gradients.
 *
 * Memory does not grow with the number of steps.
 */

import { z } from "zod";
import { gradient, mapTensors, np, type Tensor, type Tensors } from "../../engine/index.js";
import { clipByNorm, descend, type Optimizer } from "../../optim/optimizer.js";
import { defineLearner } from "../types.js";
import {
  type DescentLearner,
  descentLearner,
  learnedGradient,
  queryGradient,
  startFast,
  supportLoss,
} from "./descent.js";
import { type HeadStart, initHead } from "./linear-head.js";
import { clippedLearningRateByWidth, innerClip } from "./regression-defaults.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(1).max(100).default(10),
  /** Their learning rate; for regression by default 0.003, less for features wider than 64. */
  innerLearningRate: z.number().positive().default(0.1),
  innerClip,
  /** λ, the weight of the proximal term. */
  proximalWeight: z.number().positive().default(0.5),
  /** Iterations of conjugate gradient. */
  conjugateGradientSteps: z.number().int().min(1).max(50).default(5),
});
type ImamlOptions = z.infer<typeof options>;

/** ⟨u, v⟩, a scalar, over all leaves. */
function dot<P extends Tensors>(u: P, v: P): Tensor {
  let sum: Tensor = np.array(0);
  mapTensors(
    (x, y) => {
      sum = sum.add(np.sum(x.mul(y)));
      return x;
    },
    u,
    v,
  );
  return sum;
}

/** u + a v. */
const addScaled = <P extends Tensors>(u: P, a: Tensor, v: P): P =>
  mapTensors((x, y) => x.add(y.mul(a)), u, v);

/** a / b if b > 0, else 0. */
const safeDivide = (a: Tensor, b: Tensor): Tensor =>
  np.where(b.greater(0), a.div(np.where(b.greater(0), b, 1)), 0);

/** Gradient descent on L(φ) + λ/2 ‖φ − θ‖², given ∇L(φ). */
const proximalSgd = <P extends Tensors>(
  theta: P,
  learningRate: number,
  proximalWeight: number,
): Optimizer<P, undefined> => ({
  init: () => undefined,
  update: (phi, gradient) => ({
    params: mapTensors(
      (p, g, t) =>
        p.mul(1 - learningRate * proximalWeight).sub(g.sub(t.mul(proximalWeight)).mul(learningRate)),
      phi,
      gradient,
      theta,
    ),
    state: undefined,
  }),
});

/** φ, by gradient steps along ∇L(φ) + λ (φ − θ) from θ. */
export function minimiseNear<P extends Tensors>(
  loss: (p: P) => Tensor,
  theta: P,
  { innerSteps, innerLearningRate, innerClip, proximalWeight }: ImamlOptions,
): P {
  const optimizer = proximalSgd(theta, innerLearningRate, proximalWeight);
  return descend(optimizer, theta, (phi) => clipByNorm(gradient(loss)(phi), innerClip), innerSteps);
}

/**
 * v of A v = g with A = I + ∇²L(φ) / λ, by the conjugate gradient method from 0 (Hestenes, Stiefel, 1952). It stops
 * changing once the residual is 0, or along a direction of negative curvature.
 */
export function implicitGradient<P extends Tensors>(
  loss: (p: P) => Tensor,
  phi: P,
  g: P,
  { proximalWeight, conjugateGradientSteps }: Pick<ImamlOptions, "proximalWeight" | "conjugateGradientSteps">,
): P {
  const hessianProduct = (v: P) => gradient((p: P) => dot(gradient(loss)(p), v))(phi);
  let v = mapTensors((x) => np.zerosLike(x), g);
  let residual = g;
  let direction = g;
  let squaredNorm = dot(residual, residual);
  for (let step = 0; step < conjugateGradientSteps; step++) {
    const Ap = mapTensors((p, h) => p.add(h.div(proximalWeight)), direction, hessianProduct(direction));
    const alpha = safeDivide(squaredNorm, dot(direction, Ap));
    v = addScaled(v, alpha, direction);
    residual = addScaled(residual, alpha.neg(), Ap);
    const nextSquaredNorm = dot(residual, residual);
    direction = addScaled(residual, safeDivide(nextSquaredNorm, squaredNorm), direction);
    squaredNorm = nextSquaredNorm;
  }
  return v;
}

export const imaml = defineLearner({
  name: "imaml",
  summary: "MAML with a proximal term and the implicit meta-gradient",
  source: "Rajeswaran, Finn, Kakade, Levine 2019",
  options,
  regressionDefaults: clippedLearningRateByWidth(0.003),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create(options, task): DescentLearner<HeadStart> {
    const learner = descentLearner<HeadStart>(
      (width) => initHead(task, width),
      (context, params, state, support, classMask) =>
        minimiseNear(
          supportLoss(context, state, support, classMask),
          startFast(context, params, classMask),
          options,
        ),
    );
    return {
      ...learner,
      metaGradient(context, params, state, episode) {
        const { support, ways: classMask } = episode;
        const { fast } = learner.adapt(context, params, state, support, classMask);
        const { gradient, ...rest } = queryGradient(context, fast, state, episode);
        const loss = supportLoss(context, state, support, classMask);
        return { ...rest, gradient: learnedGradient(task, implicitGradient(loss, fast, gradient, options)) };
      },
    };
  },
});

/**
 * iMAML (Rajeswaran, Finn, Kakade, Levine, 2019): a task's parameters minimise its loss near θ,
 * φ = argmin_φ L(φ; support) + λ/2 ‖φ − θ‖², and the meta-gradient needs only where that is, not the steps there:
 * dL(φ; query)/dθ = (I + ∇²L(φ; support) / λ)⁻¹ ∇L(φ; query), solved by conjugate gradients.
 *
 * As many steps as it takes cost no memory. λ is the `pull` towards θ.
 */

import { z } from "zod";
import { gradient, mapTensors, np, type Tensor, type Tensors } from "../../engine/index.js";
import { clipped } from "../../optim/steps.js";
import { defineLearner, type Learner } from "../types.js";
import { byParams, descentLearner, type Fast, queryGradient, startFast, supportLoss } from "./descent.js";
import { clippedByWidth, innerClip } from "./regression-rate.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(1).max(100).default(10),
  /** Their step size; for regression by default 0.003, less for features wider than 64. */
  innerRate: z.number().positive().default(0.1),
  innerClip,
  /** λ. */
  pull: z.number().positive().default(0.5),
  /** Steps of conjugate gradients. */
  solveSteps: z.number().int().min(1).max(50).default(5),
});
export type ImamlOptions = z.infer<typeof options>;

/** ⟨u, v⟩ over all leaves. */
function dot<P extends Tensors>(u: P, v: P): Tensor {
  let sum = np.array(0) as Tensor;
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

/** u + a · v. */
const plus = <P extends Tensors>(u: P, a: Tensor, v: P): P => mapTensors((x, y) => x.add(y.mul(a)), u, v);

/** φ, by steps along ∇L(φ) + λ (φ − θ) from θ. */
export function proximal<P extends Tensors>(
  loss: (p: P) => Tensor,
  theta: P,
  { innerSteps, innerRate, innerClip, pull }: ImamlOptions,
): P {
  const kept = 1 - innerRate * pull;
  let phi = theta;
  for (let s = 0; s < innerSteps; s++)
    phi = mapTensors(
      (p, g, t) => p.mul(kept).sub(g.sub(t.mul(pull)).mul(innerRate)),
      phi,
      clipped(gradient(loss)(phi), innerClip),
      theta,
    );
  return phi;
}

/**
 * v of (I + ∇²L(φ) / λ) v = g by conjugate gradients from 0 (Hestenes, Stiefel, 1952). It stays where it is once the
 * rest is 0, and where L curves down more than λ up.
 */
export function implicitGradient<P extends Tensors>(
  loss: (p: P) => Tensor,
  phi: P,
  g: P,
  { pull, solveSteps }: Pick<ImamlOptions, "pull" | "solveSteps">,
): P {
  const curve = (v: P) => gradient((p: P) => dot(gradient(loss)(p), v))(phi);
  const share = (a: Tensor, b: Tensor) => np.where(b.greater(0), a.div(np.where(b.greater(0), b, 1)), 0);
  let v = mapTensors((x) => np.zerosLike(x), g);
  let rest = g;
  let direction = g;
  let size = dot(rest, rest);
  for (let s = 0; s < solveSteps; s++) {
    const image = mapTensors((x, h) => x.add(h.div(pull)), direction, curve(direction));
    const length = share(size, dot(direction, image));
    v = plus(v, length, direction);
    rest = plus(rest, length.neg(), image);
    const next = dot(rest, rest);
    direction = plus(rest, share(next, size), direction);
    size = next;
  }
  return v;
}

export const imaml = defineLearner({
  name: "imaml",
  summary: "learn where to stay near, by the implicit gradient",
  source: "Rajeswaran, Finn, Kakade, Levine 2019",
  options,
  regressionDefaults: clippedByWidth(0.003),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create(own: ImamlOptions, task): Learner {
    const learner = descentLearner(task, (context, params, state, support, ways) =>
      proximal(supportLoss(context, state, support, ways), startFast(context, params, ways), own),
    );
    return {
      ...learner,
      metaGradient(context, params, state, episode) {
        const { support, ways } = episode;
        const { fast } = learner.adapt(context, params, state, support, ways);
        const phi = fast as unknown as Fast;
        const { gradient, ...told } = queryGradient(context, phi, state, episode);
        const loss = supportLoss(context, state, support, ways);
        return { ...told, gradient: byParams(task, implicitGradient(loss, phi, gradient, own)) };
      },
    };
  },
});

/** iMAML's gradient against the closed form of a quadratic problem, and MAML's gradient as that problem converges. */

import { describe, expect, it } from "vitest";
import { eager, relativeError } from "../../../test/support/eager.js";
import { directSolve } from "../../../test/support/linear.js";
import { drawEpisode, mlp, normals, shaken } from "../../../test/support/tiny.js";
import type { Arrays, NDArray } from "../../base/array.js";
import { random, streamsOf } from "../../base/random.js";
import { gradient, np, type Tensor } from "../../engine/index.js";
import { fusions } from "../../fusion/index.js";
import type { EpisodeTensors, ModelParams } from "../../objective/index.js";
import { Network, taskObjectives } from "../../objective/index.js";
import { metaGradient } from "../meta-objective.js";
import { learnedGradient, queryGradient, queryScore, startFast, supportLoss } from "./descent.js";
import { imaml, implicitGradient, minimiseNear } from "./imaml.js";

const n = 5;
const r = random(4, "quadratic");
const [root, b, theta, target] = [[n, n], [n], [n], [n]].map((shape) => normals(r, shape));
const pull = 0.7;
const all = Array.from({ length: n }, (_, i) => i);
/** A = R Rᵀ / n, and the loss ½ φᵀAφ − bᵀφ of the support; of the query ½ ‖φ − target‖². */
const a = all.map((i) =>
  all.map((j) => all.reduce((sum, k) => sum + root.data[i * n + k] * root.data[j * n + k], 0) / n),
);

type P = { a: Tensor; b: Tensor };
const args = [root, b, theta, target] as Arrays[];
/** φ and the gradients of the query's loss by θ: the implicit one, and that through the steps. */
function gradients(innerSteps: number, conjugateGradientSteps: number) {
  const own = { innerSteps, innerLearningRate: 0.4, proximalWeight: pull, conjugateGradientSteps };
  const run = (R: Tensor, b: Tensor, theta: Tensor, target: Tensor) => {
    const A = np.matmul(R, R.transpose()).div(n);
    const split = (x: Tensor): P => ({ a: x.slice([0, 2]), b: x.slice([2, n]) });
    const join = (p: P) => np.concatenate([p.a, p.b], 0);
    const loss = (p: P) => {
      const x = join(p);
      return np
        .sum(x.mul(np.matmul(A, x)))
        .mul(0.5)
        .sub(np.sum(x.mul(b)));
    };
    const query = (p: P) => np.sum(np.square(join(p).sub(target))).mul(0.5);
    const start = split(theta);
    const phi = minimiseNear(loss, start, own);
    const implicit = implicitGradient(loss, phi, gradient(query)(phi), own);
    const through = gradient((p: P) => query(minimiseNear(loss, p, own)))(start);
    return [phi, implicit, through].map(join);
  };
  return eager(run as never, args, "float64");
}

const system = a.flatMap((row, i) => row.map((x, j) => x + (i === j ? pull : 0)));
const phi = directSolve(
  system,
  all.map((i) => b.data[i] + pull * theta.data[i]),
  n,
);
const closed = directSolve(
  system,
  phi.map((x, i) => pull * (x - target.data[i])),
  n,
);

describe("of a quadratic, whose closed form is λ (A + λI)⁻¹ (φ − target) at φ = (A + λI)⁻¹ (b + λθ)", () => {
  it("the implicit gradient is that once the steps converge, and so is MAML's through the steps", () => {
    const [reached, implicit, through] = gradients(70, n);
    expect(relativeError(reached, phi)).toBeLessThan(1e-8);
    expect(relativeError(implicit, closed)).toBeLessThan(1e-8);
    expect(relativeError(through, closed)).toBeLessThan(1e-8);
  });

  it("comes closer with every step, and stays where it is after more steps of conjugate gradients than needed", () => {
    const errors = [2, 6, 18].map((steps) => {
      const [, implicit, through] = gradients(steps, n);
      return [implicit, through].map((g) => relativeError(g, closed));
    });
    for (const [i, [implicit, through]] of errors.slice(1).entries()) {
      expect(implicit).toBeLessThan(errors[i][0]);
      expect(through).toBeLessThan(errors[i][1]);
    }
    expect(relativeError(gradients(70, 2 * n)[1], closed)).toBeLessThan(1e-8);
    expect(relativeError(gradients(70, 1)[1], closed)).toBeGreaterThan(1e-2);
  });
});

it("of a network, the row's meta-gradient is MAML's through many steps on the same problem", () => {
  const network = new Network({
    modalities: { a: { encoder: mlp, spec: { kind: "vector", shape: [4] } } },
    fusion: fusions.fixed,
    width: 3,
    normalisation: "support",
  });
  const context = { network, objective: taskObjectives.classification };
  const params = {
    network: shaken(network.init(streamsOf(2)), 2, 0.2) as unknown as Record<string, NDArray>,
    learner: {},
    alignment: {},
    relation: {},
  };
  const episode = drawEpisode(3, { shapes: { a: [4] }, way: 2, shot: 2, query: 2 });
  const own = { innerSteps: 14, innerLearningRate: 0.1, proximalWeight: 8, conjugateGradientSteps: 6 };
  const learner = imaml.create(own as never, "classification");
  const implicit = (p: ModelParams, e: EpisodeTensors) =>
    metaGradient(learner, context, p, {}, e).gradient.network;
  const through = (p: ModelParams, e: EpisodeTensors) =>
    gradient((network: ModelParams["network"]) => {
      const loss = supportLoss(context, {}, e.support, e.ways);
      const phi = minimiseNear(loss, startFast(context, { learner: {}, network }, e.ways), own);
      return queryScore(context, phi, {}, e).loss;
    })(p.network);
  const first = (p: ModelParams, e: EpisodeTensors) => {
    const loss = supportLoss(context, {}, e.support, e.ways);
    const phi = minimiseNear(loss, startFast(context, { ...p, learner: {} }, e.ways), own);
    return learnedGradient("classification", queryGradient(context, phi, {}, e).gradient).network;
  };
  const [derived, expected, simpler] = [implicit, through, first].map((fn) =>
    eager(fn as never, [params, episode] as unknown as Arrays[], "float64").flat(),
  );
  expect(relativeError(derived, expected)).toBeLessThan(1e-4);
  expect(relativeError(simpler, expected)).toBeGreaterThan(1e-2);
});

/** First-order MAML's meta-gradient against its definition, the query's gradient where the steps lead, in float64. */

import { expect, it } from "vitest";
import { eager, relativeError } from "../../../test/support/eager.js";
import { drawEpisode, mlp, shaken } from "../../../test/support/tiny.js";
import type { Arrays } from "../../base/array.js";
import { streamsOf } from "../../base/random.js";
import { gradient, mapTensors } from "../../engine/index.js";
import { fusions } from "../../fusion/index.js";
import type { EpisodeTensors, ModelParams } from "../../objective/index.js";
import { Network, taskObjectives } from "../../objective/index.js";
import { metaGradient } from "../meta-objective.js";
import { type FastWeights, startFast, supportLoss } from "./descent.js";
import { fomaml } from "./fomaml.js";
import type { HeadStart } from "./linear-head.js";

const network = new Network({
  modalities: { a: { encoder: mlp, spec: { kind: "vector", shape: [4] } } },
  fusion: fusions.fixed,
  width: 4,
  normalisation: "support",
});
const context = { network, objective: taskObjectives.classification };
const params = {
  network: shaken(network.init(streamsOf(2)), 2, 0.2) as unknown as Arrays,
  learner: {},
  alignment: {},
  relation: {},
};
const episode = drawEpisode(3, { shapes: { a: [4] }, way: 3, shot: 2, query: 2 });
const args = [params, episode] as unknown as Arrays[];
const [innerSteps, innerLearningRate] = [3, 0.3];

it("FOMAML's meta-gradient is the query's gradient at the parameters that the steps lead to", () => {
  const learner = fomaml.create({ innerSteps, innerLearningRate } as never, "classification");
  const actual = ((p: ModelParams, e: EpisodeTensors) =>
    metaGradient(learner, context, p, {}, e).gradient.network) as never;
  const slopes = (fast: FastWeights, { support, query, ways }: EpisodeTensors) => ({
    ofSupport: gradient(supportLoss(context, {}, support, ways))(fast),
    ofQuery: gradient(supportLoss(context, {}, query, ways))(fast),
  });
  const expected = ((p: ModelParams, e: EpisodeTensors) => {
    let fast = startFast(context, p as ModelParams<HeadStart>, e.ways);
    for (let s = 0; s < innerSteps; s++)
      fast = mapTensors((x, g) => x.sub(g.mul(innerLearningRate)), fast, slopes(fast, e).ofSupport);
    return slopes(fast, e).ofQuery.network;
  }) as never;
  const [derived, direct] = [actual, expected].map((fn) => eager(fn, args, "float64").flat());
  expect(relativeError(derived, direct)).toBeLessThan(1e-10);
});

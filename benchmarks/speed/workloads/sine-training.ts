/** W6: MAML on sine waves (Finn, Abbeel and Levine, 2017), with 10 support and 10 query points and 25 tasks per step. */

import { sineWaves } from "../data.js";
import { gradient, mlp, secondOrder, sum, times } from "../flops.js";
import { startTraining } from "./start-training.js";
import type { Workload } from "./types.js";

const TASKS = 25;
const WAVES = 500;

function sineTraining(steps: number): Workload {
  const layers = mlp(10, [1, 40, 40, 1]);
  const start = (threads: number, augment: boolean) =>
    startTraining({
      task: "regression",
      fusion: "fixed",
      width: 40,
      encoders: { x: { name: "mlp", hidden: [40], rectify: true } },
      episode: { shot: 10, query: 10 },
      learner: { name: "maml", innerSteps: steps, innerLearningRate: 0.01 },
      train: { metaBatch: TASKS },
      augment,
      threads,
      data: sineWaves(WAVES),
    });
  return {
    id: `W6s${steps}`,
    description: `MAML, second order: sine waves, 1-40-40-1, 10 points, ${steps} ${steps === 1 ? "step" : "steps"}`,
    tasks: TASKS,
    cost: sum(times(steps, secondOrder(layers)), gradient(layers)),
    start: (threads) => start(threads, false),
    startAugmented: (threads) => start(threads, true),
  };
}

export const sineTrainings: readonly Workload[] = [sineTraining(1), sineTraining(5)];

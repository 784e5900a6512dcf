/** The update of a training step while tracing, as part of the program that computes its gradient: see update.ts. */

import { leavesOf, mapTree } from "../base/array.js";
import type { Tensor, Tensors } from "../engine/index.js";
import { adam, type StepFactors } from "../optim/adam.js";
import { sgd } from "../optim/sgd.js";
import { tracedNorm } from "./gradient-norm.js";
import type { TracedUpdate } from "./programs.js";
import { MOMENTUM } from "./update.js";

/**
 * The update that a step's program ends with; its `given` holds moments and step factors. It returns the next weights and
 * moments, and the two factors of the gradient's norm.
 */
export const tracedUpdate =
  (clipNorm: number | undefined): TracedUpdate =>
  ({ params, state }, { loss, score, statistics, gradient }, given, trainable) => {
    const { moments, factors } = given as { moments: Tensors; factors: StepFactors<Tensor> };
    const gradients = new Map([...byPath(gradient)].filter(([path]) => trainable(path)));
    const { largest, relative, factor } = tracedNorm([...gradients.values()], clipNorm);
    const [measured, momentsByPath] = [statistics, moments].map(byPath);
    const next = new Map<string, Tensor>();
    for (const [path, theta] of byPath(params)) {
      const own = gradients.get(path);
      if (!own) continue;
      const clipped = factor ? own.mul(factor) : own;
      const [first, second] = [momentsByPath.get(`first.${path}`), momentsByPath.get(`second.${path}`)];
      if (first && second) {
        const result = adam<Tensor>(factors).update(theta, clipped, { first, second });
        next.set(`params.${path}`, result.params);
        next.set(`moments.first.${path}`, result.state.first);
        next.set(`moments.second.${path}`, result.state.second);
      } else {
        const result = sgd<Tensor>(factors.learningRate).update(theta, clipped, undefined);
        next.set(`params.${path}`, result.params);
      }
    }
    for (const [path, average] of byPath(state))
      next.set(`state.${path}`, average.mul(MOMENTUM).add(measured.get(path)!.mul(1 - MOMENTUM)));
    const updated = (tree: Tensors, root: string) =>
      mapTree<Tensor, Tensor>((leaf, path) => next.get(path) ?? leaf, tree, root);
    return {
      loss,
      score,
      largest,
      relative,
      params: updated(params, "params"),
      state: updated(state, "state"),
      moments: updated(moments, "moments"),
    };
  };

const byPath = (tree: Tensors): ReadonlyMap<string, Tensor> => new Map(leavesOf<Tensor>(tree));

/** The loss of each example of a batch, from the outputs that a program gave, in float64. */

import type { NDArray } from "../base/array.js";
import type { TaskKind } from "../data/index.js";
import type { LabelledBatch } from "../episode/index.js";

/**
 * Cross-entropy of logits `[N, way]`, or squared errors of outputs `[N, 1]` of standardised targets; null for masked examples.
 * `ways` `[way]` is the class mask.
 */
export function exampleLosses(
  { data, shape }: NDArray,
  { labels, mask }: Pick<LabelledBatch, "labels" | "mask">,
  ways: NDArray,
  task: TaskKind,
): (number | null)[] {
  const [, width] = shape;
  return Array.from(mask.data, (shown, i) => {
    if (!shown) return null;
    const row = (values: NDArray["data"]) => Array.from(values.subarray(i * width, (i + 1) * width));
    const [outputs, targets] = [row(data), row(labels.data)];
    if (task === "regression") return (outputs[0] - targets[0]) ** 2;
    const logits = outputs.filter((_, k) => ways.data[k]);
    const most = Math.max(...logits);
    const normaliser = most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
    return normaliser - outputs[targets.indexOf(1)];
  });
}

/** The mean of the losses that are there. */
export function meanLoss(losses: readonly (number | null)[]): number {
  const present = losses.filter((loss) => loss !== null);
  return present.reduce((sum, loss) => sum + loss, 0) / present.length;
}

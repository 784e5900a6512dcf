/** Whether the accuracy that a task reports of itself is that of unseen examples. */

import { random } from "../../../src/base/random.js";
import { episodeSampler } from "../../../src/episode/index.js";
import { ClassHead } from "../../../src/teach/class-head.js";
import { reportOf } from "../../../src/teach/report.js";
import type { BaseData } from "./sets.js";

const WAY = 5;
const SHOT = 5;
/** Held-out examples per class, or as many as a class has. */
const HELD_OUT = 30;

/** Means over tasks; all are shares. */
export interface Honesty {
  readonly tasks: number;
  readonly reported: number;
  readonly heldOut: number;
  /** Share of tasks whose held-out accuracy is in the reported 95 % interval. */
  readonly covered: number;
}

/** Teach tasks of 5 classes with 5 examples each, and compare their reports with the accuracy on other examples. */
export async function measureHonesty(
  { title, data, classes, byId }: BaseData,
  tasks: number,
): Promise<Honesty> {
  const draw = { way: WAY, shot: SHOT, query: HELD_OUT, across: null };
  const sampler = episodeSampler(data.rows, classes, draw, title);
  let [reported, heldOut, covered, count] = [0, 0, 0, 0];
  for (let i = 0; i < tasks; i++) {
    const episode = sampler.draw(random(0, "reports", i));
    const labelled = ({ row, label }: { readonly row: number; readonly label: number }) => ({
      ...byId.get(data.rows[row].id)!,
      label: episode.classes[label],
    });
    const support = episode.support.map(labelled);
    const { accuracy } = await reportOf(support, data.kinds);
    if (!accuracy) continue;
    const head = await ClassHead.fit(support, data.kinds);
    let correct = 0;
    for (const query of episode.query.map(labelled)) {
      const { best } = await head.predict(query);
      if (head.classes[best] === query.label) correct++;
    }
    const share = correct / episode.query.length;
    const [low, high] = accuracy.interval;
    reported += accuracy.accuracy;
    heldOut += share;
    covered += Number(low <= share && share <= high);
    count++;
  }
  return { tasks: count, reported: reported / count, heldOut: heldOut / count, covered: covered / count };
}

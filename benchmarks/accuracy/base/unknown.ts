/** The share of known examples that a task accepts, and of examples of other classes that it calls unknown. */

import { random } from "../../../src/base/random.js";
import { episodeSampler } from "../../../src/episode/index.js";
import { evidenceOf } from "../../../src/teach/episode-evidence.js";
import { measureUnknown } from "../../../src/teach/open-set.js";
import type { BaseData } from "./sets.js";

const QUERIES = 5;

/** Shares of queries. */
export interface Acceptance {
  readonly accepted: number;
  readonly rejected: number;
  readonly auroc: number;
}

/** Measure tasks of `way` classes with `shot` examples each; undefined if the set has too few classes or examples. */
export async function measureAcceptance(
  { title, data, classes, byId }: BaseData,
  { way, shot, tasks }: { readonly way: number; readonly shot: number; readonly tasks: number },
): Promise<Acceptance | undefined> {
  if (classes.length <= way) return undefined;
  const draw = { way: 2, shot, query: QUERIES, across: null };
  if (episodeSampler(data.rows, classes, draw, title).mostWay <= way) return undefined;
  const sampler = episodeSampler(data.rows, classes, { ...draw, way }, title);
  const embedded = data.rows.map(({ id }) => byId.get(id));
  const episodes = [];
  for (let i = 0; i < tasks; i++) {
    const stream = random(0, "unknown", i);
    const episode = sampler.draw(stream);
    const [other] = stream.sample(
      classes.filter((name) => !episode.classes.includes(name)),
      1,
    );
    const others = [...data.rows.keys()].filter((row) => data.rows[row].label === other).slice(0, QUERIES);
    episodes.push(await evidenceOf(episode, others, embedded, [], data));
  }
  const { openSet } = measureUnknown(episodes);
  if (!openSet?.knownAccepted || !openSet.unknownRejected) return undefined;
  const { knownAccepted, unknownRejected, auroc } = openSet;
  return { accepted: knownAccepted.value, rejected: unknownRejected.value, auroc: auroc.value };
}

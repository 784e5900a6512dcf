/**
 * A missing modality does not ruin a taught task: with any modalities missing from support and queries, a task is as good as
 * with the best of the modalities that both sides have, within a point. The kinds: pictures and pen strokes of Omniglot, and
 * texts and number lists that are made by class.
 */

import { beforeAll, describe, expect, it } from "vitest";
import { random } from "../src/base/random.js";
import { type Episode, episodeSampler } from "../src/episode/index.js";
import { meanDifferenceWithInterval } from "../src/evaluate/statistics.js";
import { type Dataset, openDataset } from "../src/index.js";
import { embedRows } from "../src/teach/embed.js";
import { evidenceOf, sumOf } from "../src/teach/episode-evidence.js";
import { type EmbeddedExample, modalityOf } from "../src/teach/types.js";

const CLASSES = 24;
const PER_CLASS = 14;
const EPISODES = 60;
const POINT = 0.01;
const words = ["river", "iron", "violet", "storm", "bread", "mirror", "wolf", "candle", "engine", "desert"];

/** Rows of some classes of Omniglot's test split, each with a text and numbers that tell its class more or less. */
async function manyKinds(): Promise<Dataset> {
  const data = await openDataset("datasets/omniglot");
  const test = data.rows.filter(({ split }) => split === "test");
  const classes = [...new Set(test.map(({ label }) => label!))].sort().slice(0, CLASSES);
  const rows = classes.flatMap((name, c) => {
    const { normal, uniform, sample } = random(1, "kinds", c);
    const wordOf = (list: readonly string[]) => list[Math.floor(list.length * uniform())];
    const [own, centre] = [sample(words, 3), Array.from({ length: 8 }, normal)];
    return test
      .filter(({ label }) => label === name)
      .slice(0, PER_CLASS)
      .map((row) => ({
        ...row,
        group: undefined,
        values: {
          ...row.values,
          note: Array.from({ length: 5 }, () => wordOf(uniform() < 0.8 ? own : words)).join(" "),
          size: centre.map((x) => x + 0.9 * normal()),
        },
      }));
  });
  const made = { note: { kind: "text", options: {} }, size: { kind: "vector", options: {} } } as const;
  return { ...data, kinds: { ...data.kinds, ...made }, rows };
}

/** Non-empty subsets. */
const subsetsOf = (names: readonly string[]): string[][] =>
  Array.from({ length: 2 ** names.length - 1 }, (_, bits) => names.filter((_, k) => ((bits + 1) >> k) & 1));

/** An example without the modalities that are drawn to be missing; it keeps one at least. */
function lacking(
  example: EmbeddedExample,
  share: number,
  stream: ReturnType<typeof random>,
): EmbeddedExample {
  const names = Object.keys(example.digests);
  const kept = names.filter(() => stream.uniform() >= share);
  const left = kept.length > 0 ? kept : stream.sample(names, 1);
  const of = <Value>(record: Readonly<Record<string, Value>>, nameOf: (key: string) => string) =>
    Object.fromEntries(Object.entries(record).filter(([key]) => left.includes(nameOf(key))));
  const same = (name: string) => name;
  return {
    ...example,
    digests: of(example.digests, same),
    vectors: of(example.vectors, modalityOf),
    values: of(example.values, same),
  };
}

let data: Dataset;
let examples: readonly EmbeddedExample[];
beforeAll(async () => {
  data = await manyKinds();
  ({ examples } = await embedRows(data, {}));
  expect(examples).toHaveLength(data.rows.length);
}, 300_000);

/** The accuracy of each episode with the query modalities of each subset: all of the subset, and each alone. */
async function scoresOf(shot: number, share: number) {
  const names = Object.keys(data.kinds);
  const classes = [...new Set(data.rows.map(({ label }) => label!))];
  const sampler = episodeSampler(data.rows, classes, { way: 5, shot, query: 8, across: null }, "kinds");
  const used = subsetsOf(names);
  const scores = new Map(used.map((subset) => [subset.join("+"), [] as number[]]));
  for (let i = 0; i < EPISODES; i++) {
    const stream = random(2, "missing", shot, i);
    const episode = sampler.draw(stream);
    const masked = examples.map((example) => lacking(example, share, stream));
    const shifted: Episode = {
      ...episode,
      support: episode.support.map((item) => ({ ...item, row: item.row + examples.length })),
    };
    const { way, queries } = await evidenceOf(shifted, [], [...examples, ...masked], [], data);
    for (const subset of used) {
      const right = queries.map((query) => {
        const { total, strengths } = sumOf(query, way, (expert) => subset.includes(modalityOf(expert)));
        if (Object.keys(strengths).length === 0) return 1 / way;
        return Number(total.indexOf(Math.max(...total)) === query.label);
      });
      scores.get(subset.join("+"))!.push(right.reduce((a, b) => a + b, 0) / right.length);
    }
  }
  return scores;
}

describe.each([
  [1, 0],
  [5, 0],
  [5, 0.4],
])("with %i examples per class, each modality of which is missing with probability %d", (shot, share) => {
  it("any modalities of queries are as good as the best of them", async () => {
    const scores = await scoresOf(shot, share);
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const worse: string[] = [];
    for (const [name, fused] of scores) {
      const modalities = name.split("+");
      if (modalities.length === 1) continue;
      const [best] = modalities.sort((a, b) => mean(scores.get(b)!) - mean(scores.get(a)!));
      const alone = scores.get(best)!;
      const difference = meanDifferenceWithInterval(fused.map((x, i) => x - alone[i]));
      if (difference.mean < -POINT - difference.halfWidth)
        worse.push(`${name} ${mean(fused).toFixed(3)}, ${best} alone ${mean(alone).toFixed(3)}`);
    }
    expect(worse).toEqual([]);
    for (const [name, list] of scores) console.log(shot, share, name, mean(list).toFixed(3));
  }, 300_000);
});

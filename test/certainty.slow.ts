/**
 * Each learner goes by the certainty that tells known from unknown classes best: on validation classes of Omniglot, as
 * strokes, 5-way 1-shot, its AUROC is the greater or as good as. SHOW_AUROC=1 prints them.
 */

import { beforeAll, expect, it } from "vitest";
import { random } from "../src/base/random.js";
import { type Dataset, openDataset } from "../src/data/index.js";
import { type Episode, episodeSampler, loadTable, type Table, unknownSampler } from "../src/episode/index.js";
import { measureOpenSet, predictOpenEpisodes } from "../src/evaluate/index.js";
import { learnerMethodOf, learnersOf } from "../src/learner/index.js";
import type { Certainty } from "../src/objective/index.js";
import { metaTrain } from "../src/train/index.js";

const EPISODES = 200;
/** By how much the other may be better: learners for which they are alike keep the one of their kind. */
const ALIKE = 0.02;
const modalities = ["strokes"];

let data: Dataset;
let table: Table;
let episodes: Episode[];

beforeAll(async () => {
  data = await openDataset("datasets/omniglot");
});

/** Episodes of validation classes, half of whose queries are of other classes. */
async function draw(specs: Parameters<typeof loadTable>[1]) {
  const rows = data.rows.filter(({ split, values }) => split === "val" && values.strokes !== undefined);
  table ??= await loadTable(rows, specs);
  const classes = [...new Set(rows.map(({ label }) => label!))].sort();
  const sampler = episodeSampler(rows, classes, { way: 5, shot: 1, query: 10 }, "val");
  const more = unknownSampler(rows, { query: 10 });
  episodes ??= Array.from({ length: EPISODES }, (_, i) => more(sampler.draw(random(0, i)), random(1, i)));
}

it.each(learnersOf("classification"))("%s", async (name) => {
  const model = await metaTrain({
    data,
    modalities,
    width: 32,
    learner: { name } as never,
    episode: { way: 5, shot: 1, query: 5 },
    train: { steps: 100, metaBatch: 2, learningRate: 0.003, evalEvery: 100, evalEpisodes: 10 },
    seed: 1,
  }).model();
  await draw(model.card.modalities);
  const view = { support: modalities, query: modalities };
  const answers = await predictOpenEpisodes(model.inference, model.weights, table, episodes, view, {});
  const auroc = (score: Certainty) => measureOpenSet(answers, score, null)!.auroc;
  const own = learnerMethodOf(name).certainty;
  const other: Certainty = own === "logit" ? "probability" : "logit";
  if (process.env.SHOW_AUROC)
    console.log(name, ...[own, other].map((score) => `${score} ${auroc(score).value.toFixed(3)}`));
  expect(auroc(own).value).toBeGreaterThan(auroc(other).value - ALIKE);
});

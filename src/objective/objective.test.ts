/** The terms of the objective in a whole model: distillation, the noise of balance, and alignments that are solved. */

import { expect, it } from "vitest";
import { relativeError } from "../../test/support/eager.js";
import { engine } from "../../test/support/engine.js";
import {
  arraysOf,
  drawEpisode,
  stackTrees,
  tinyPrograms,
  tinyShapes,
  trainedWeights,
  without,
} from "../../test/support/tiny.js";
import { random } from "../base/random.js";
import type { RecipeInput } from "../model/index.js";
import { probabilitiesOf } from "./index.js";

const WAY = 3;
const whole = drawEpisode(7, { shapes: tinyShapes, way: WAY, shot: 1, query: 2 });
const episode = { ...whole, query: without(whole.query, "strokes", [0]) };
/** Under `support` normalisation a query's features do not depend on the other queries. */
const programsOf = (recipe: RecipeInput) => tinyPrograms(engine, { normalisation: "support", ...recipe });
const plain = programsOf({});
const weights = trainedWeights(plain, 2);
const { loss } = await plain.metaGradient(weights, episode);

it("distillation adds the cross-entropy of each modality's answers with those of all", async () => {
  const answers = async (lacking: string[]) => {
    const query = lacking.reduce((batch, name) => without(batch, name, "all"), episode.query);
    const { data } = await plain.inference.episode(weights, { ...episode, query });
    return [0, 1, 2, 3, 4, 5].flatMap((i) => probabilitiesOf(data.slice(i * WAY, (i + 1) * WAY)));
  };
  const [together, image, strokes] = await Promise.all([[], ["strokes"], ["image"]].map(answers));
  const entropy = (alone: number[], from: number) => {
    const terms = together.slice(from).map((p, i) => -p * Math.log(alone[from + i]));
    return terms.reduce((a, b) => a + b) / (terms.length / WAY);
  };
  const weight = 0.5;
  const given = await programsOf({ auxiliary: { name: "distillation", weight } }).metaGradient(
    weights,
    episode,
  );
  // The first query has no strokes.
  const expected = (entropy(image, 0) + entropy(strokes, WAY)) / 2;
  expect((given.loss.data[0] - loss.data[0]) / weight).toBeCloseTo(expected, 4);
});

it("balance draws normal noise for every number of every encoder, other noise each time", () => {
  const programs = programsOf({ auxiliary: { name: "balance" } });
  const drawn = (seed: number) =>
    arraysOf(programs.definition.drawAuxiliary(episode, random(seed)).noise).flatMap(([, { data }]) => [
      ...data,
    ]);
  const [one, other] = [drawn(1), drawn(2)];
  const { params } = programs.definition.init(0) as unknown as { params: { network: { encoders: object } } };
  expect(one).toHaveLength(arraysOf(params.network.encoders).flatMap(([, { data }]) => [...data]).length);
  const mean = (of: (x: number, i: number) => number) =>
    one.reduce((sum, x, i) => sum + of(x, i), 0) / one.length;
  const bound = 4 / Math.sqrt(one.length);
  expect(Math.abs(mean((x) => x))).toBeLessThan(bound);
  expect(Math.abs(mean((x) => x * x) - 1)).toBeLessThan(1.5 * bound);
  expect(Math.abs(mean((x, i) => x * other[i]))).toBeLessThan(bound);
  expect(drawn(1)).toEqual(one);
});

it("an alignment is solved from all episodes of a step, however they are run", async () => {
  const own = programsOf({ alignment: { name: "dgcca" } });
  const other = drawEpisode(8, { shapes: tinyShapes, way: WAY, shot: 1, query: 2 });
  const stacked = stackTrees([episode, other] as never[]) as unknown as typeof episode;
  const each = await own.solveAlignment(weights, [episode, other], false);
  const together = await own.solveAlignment(weights, [stacked], true);
  const [one, all] = [each, together].map((tree) => new Map(arraysOf(tree)));
  for (const [path, { shape }] of one) expect(all.get(path)!.shape).toEqual(shape);
  const values = [one, all].map((tree) => [...tree.get("eigenvalues")!.data]);
  expect(relativeError(values[1], values[0])).toBeLessThan(1e-4);
  const alone = await own.solveAlignment(weights, [episode], false);
  expect([...new Map(arraysOf(alone)).get("eigenvalues")!.data]).not.toEqual(values[0]);

  const chunks = await Promise.all(
    [episode, other].map((given) => own.metaGradient(weights, given, { solved: each })),
  );
  const mean = await own.meanMetaGradient(weights, stacked, { solved: each });
  expect(mean.loss.data[0]).toBeCloseTo((chunks[0].loss.data[0] + chunks[1].loss.data[0]) / 2, 4);
  expect(await plain.solveAlignment(weights, [episode], false)).toBeUndefined();
});

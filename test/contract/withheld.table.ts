/** Values that are withheld from prediction have no part in the task's loss; alignments and auxiliary objectives use them. */

import { describe, expect, it } from "vitest";
import { float32 } from "../../src/base/array.js";
import { random } from "../../src/base/random.js";
import type { EpisodeArrays } from "../../src/episode/index.js";
import { fusions } from "../../src/fusion/index.js";
import { learners } from "../../src/learner/index.js";
import type { RecipeInput } from "../../src/model/index.js";
import { as, isUsualTerm, terms, WAY } from "../support/contract.js";
import { engine } from "../support/engine.js";
import { inLane, type Lane } from "../support/lane.js";
import { gradientKinds } from "../support/pairs.js";
import { drawEpisode, tinyPrograms, tinyShapes, trainedWeights } from "../support/tiny.js";

/** The episode whose support shows strokes alone and whose query shows the image alone; the rest is withheld. */
const withheldFrom = ({ support, query, ways }: EpisodeArrays): EpisodeArrays => {
  const hide = (batch: EpisodeArrays["support"], name: string) => {
    const { shape } = batch.present[name];
    const none = float32(new Float32Array(shape[0]), shape);
    const others = Object.keys(batch.present).filter((other) => other !== name);
    return {
      ...batch,
      present: { ...batch.present, [name]: none },
      withheld: { [name]: batch.present[name], ...Object.fromEntries(others.map((other) => [other, none])) },
    };
  };
  return { support: hide(support, "image"), query: hide(query, "strokes"), ways };
};

describe("a withheld modality", () => {
  const whole = drawEpisode(13, { shapes: tinyShapes, way: WAY, shot: 2, query: 2 });
  const other = drawEpisode(14, { shapes: tinyShapes, way: WAY, shot: 2, query: 2 });
  const swapped = {
    ...whole,
    support: { ...whole.support, values: { ...whole.support.values, image: other.support.values.image } },
    query: { ...whole.query, values: { ...whole.query.values, strokes: other.query.values.strokes } },
  };
  const learned = async (recipe: RecipeInput, given: EpisodeArrays) => {
    const programs = tinyPrograms(engine, recipe);
    const weights = trainedWeights(programs, 2);
    const shown = programs.definition.drawAuxiliary(withheldFrom(given), random(1));
    const solved = await programs.solveAlignment(weights, [shown], false);
    return programs.metaGradient(weights, shown, { solved });
  };
  const plain: [string, RecipeInput][] = [
    ...Object.keys(learners).map((learner): [string, RecipeInput] => [learner, { learner: as(learner) }]),
    ...Object.keys(fusions).map((fusion): [string, RecipeInput] => [fusion, { fusion: fusion as never }]),
  ];
  const laneOf = ([name]: (typeof plain)[number]): Lane => {
    if (["prototypical", "gated", "product-of-experts"].includes(name)) return "test";
    return name in fusions || gradientKinds.includes(name) ? "full" : "slow";
  };

  it.each(inLane(plain, laneOf))("has no part in what %s learns", async (_, recipe) => {
    expect(await learned(recipe, swapped)).toEqual(await learned(recipe, whole));
  });

  const ofEmbeddings = terms.filter(([how]) => /aligned|cross|masked/.test(how));
  it.each(
    inLane(ofEmbeddings, ([how]) => (isUsualTerm(how) ? "test" : "full")),
  )("is used where a model is %s", async (_, recipe) => {
    const [a, b] = [await learned(recipe, whole), await learned(recipe, swapped)];
    expect(a.score).toEqual(b.score);
    expect(Math.abs(a.loss.data[0] - b.loss.data[0])).toBeGreaterThan(1e-5);
  });
});

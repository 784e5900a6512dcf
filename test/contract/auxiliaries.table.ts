/** Every auxiliary objective changes training and not prediction, and uses only what is present. */

import { describe, expect, it } from "vitest";
import { auxiliaries } from "../../src/auxiliary/index.js";
import { float32 } from "../../src/base/array.js";
import { random } from "../../src/base/random.js";
import type { EpisodeArrays } from "../../src/episode/index.js";
import { parseRecipe } from "../../src/model/index.js";
import type { TrainingPrograms } from "../../src/train/programs.js";
import { episode, WAY } from "../support/contract.js";
import { relativeError } from "../support/eager.js";
import { engine } from "../support/engine.js";
import { inLane } from "../support/lane.js";
import {
  arraysOf,
  drawEpisode,
  mapArrays,
  tinyPrograms,
  tinyShapes,
  trainedWeights,
  without,
} from "../support/tiny.js";

const laneOf = ({ name }: { name: string }) => (name === "masked" ? "test" : "full");

describe.each(inLane(Object.values(auxiliaries), laneOf))("the auxiliary objective $name", ({
  name,
  options,
  tasks,
}) => {
  const related = { auxiliary: { name } };
  const chunk = (programs: TrainingPrograms, given: EpisodeArrays) =>
    programs.metaGradient(trainedWeights(programs, 2), programs.definition.drawAuxiliary(given, random(4)));
  const plain = tinyPrograms(engine, {});
  const own = tinyPrograms(engine, related);

  it("changes training, and not what a model predicts", async () => {
    const [without, given] = await Promise.all([chunk(plain, episode), chunk(own, episode)]);
    const flat = (tree: unknown) =>
      arraysOf(tree).flatMap(([path, { data }]) => (path.startsWith("network") ? [...data] : []));
    expect(relativeError(flat(given.gradient), flat(without.gradient))).toBeGreaterThan(1e-4);
    const weights = trainedWeights(own, 2);
    expect(await own.inference.episode(weights, episode)).toEqual(
      await plain.inference.episode(weights, episode),
    );
  });

  it("shows the same episode for the same draw, and leaves the one drawn alone", () => {
    const before = mapArrays(({ data, shape }) => float32(data, shape), episode);
    expect(own.definition.drawAuxiliary(episode, random(4))).toEqual(
      own.definition.drawAuxiliary(episode, random(4)),
    );
    expect(episode).toEqual(before);
  });

  it("has nothing to say of one modality, nor of what is absent", async () => {
    const alone = tinyPrograms(engine, related, ["strokes"]);
    const bare = tinyPrograms(engine, {}, ["strokes"]);
    const strokes = drawEpisode(3, { shapes: { strokes: tinyShapes.strokes }, way: WAY, shot: 1, query: 1 });
    expect((await chunk(alone, strokes)).loss).toEqual((await chunk(bare, strokes)).loss);
    const garbage = { ...episode, support: without(episode.support, "image", [1], -3) };
    const [one, other] = await Promise.all([chunk(own, episode), chunk(own, garbage)]);
    expect(other.loss.data[0]).toBeCloseTo(one.loss.data[0], 5);
  });

  it("rejects options it does not have, and labels it cannot read", () => {
    const parse = (more: object) => parseRecipe({ auxiliary: { name, ...more } }, "r.yaml");
    expect(() => parse({ nonsense: 1 })).toThrow(/field "auxiliary.*nonsense"/);
    expect(parse({}).auxiliary).toEqual({ name, ...options.parse({}) });
    const numbers = () => parseRecipe({ task: "regression", auxiliary: { name } }, "r.yaml");
    if (tasks.includes("regression")) expect(numbers).not.toThrow();
    else expect(numbers).toThrow(/field "auxiliary"/);
  });
});

/** Keeping an old task while a new one is learned: what each way's loss is, and what λ = 0 leaves of it. */

import { beforeAll, describe, expect, it } from "vitest";
import { tinyDataset } from "../../test/support/drawings.js";
import { relativeError } from "../../test/support/eager.js";
import {
  arraysOf,
  drawEpisode,
  tinyPrograms,
  tinyShapes,
  trainedWeights,
  without,
} from "../../test/support/tiny.js";
import { type Arrays, float32 } from "../base/array.js";
import { random } from "../base/random.js";
import { Engine } from "../engine/index.js";
import { batchSampler, type EpisodeArrays } from "../episode/index.js";
import type { Weights } from "../model/index.js";
import { meanGradient } from "../train/programs.js";
import { startingState, update } from "../train/update.js";
import { squaredGradientsOf } from "./ewc.js";
import { continualMethods, type OldTask } from "./index.js";
import { transfer } from "./transfer.js";

const engine = new Engine({ threads: 2 });
const [OLD, WAY, WIDTH] = [3, 5, 4];
const BATCH = 6;
const programs = tinyPrograms(engine, {
  learner: { name: "supervised", batchSize: BATCH } as never,
  episode: { way: WAY },
  train: { metaBatch: 1, learningRate: 0.05 },
});
const star = trainedWeights(programs, 3);
const moved = trainedWeights(programs, 4);
const mask = (of: (k: number) => boolean) =>
  float32(
    Array.from({ length: WAY }, (_, k) => Number(of(k))),
    [WAY],
  );
const [oldWays, newWays] = [mask((k) => k < OLD), mask((k) => k >= OLD)];

/** A batch of the classes that `ways` says, some of its examples without an image. */
function batchOf(seed: number, ways: typeof oldWays): EpisodeArrays {
  const drawn = drawEpisode(seed, { shapes: tinyShapes, way: WAY, shot: 1, query: 2 });
  const labels = Float32Array.from(drawn.query.labels.data, (y, i) => y * ways.data[i % WAY]);
  const query = { ...without(drawn.query, "image", [1]), labels: float32(labels, [2 * WAY, WAY]) };
  const counts = Array.from({ length: 2 * WAY }, (_, i) => Math.max(...labels.slice(i * WAY, (i + 1) * WAY)));
  return { ...drawn, query: { ...query, mask: float32(counts, [2 * WAY]) }, ways };
}
const [oldBatch, newBatch] = [batchOf(1, oldWays), batchOf(2, newWays)];
const old: OldTask = {
  programs,
  weights: star,
  ways: oldWays,
  seed: 0,
  batches: () => [oldBatch],
  run: (weights, batches) => Promise.all(batches.map((batch) => programs.metaGradient(weights, batch))),
};
const flat = (tree: unknown) => arraysOf(tree).flatMap(([, { data }]) => [...data]);
const termOf = async (name: string, weights: Weights) =>
  (await continualMethods[name].begin(old))(weights, [newBatch], 1);

describe("L_old", () => {
  it("of L2-SP is half the squared distance over what the old task uses, and its gradient the distance", async () => {
    const { loss, gradient } = await termOf("l2-sp", moved);
    const [from, slopes] = [star.params, gradient].map((tree) => new Map(arraysOf(tree)));
    let expected = 0;
    for (const [path, { data }] of arraysOf(moved.params)) {
      const away = Array.from(data, (x, k) =>
        path.startsWith("learner.") && k % WAY >= OLD ? 0 : x - from.get(path)!.data[k],
      );
      expect(relativeError([...slopes.get(path)!.data], away), path).toBeLessThan(1e-6);
      expected += away.reduce((sum, x) => sum + x * x, 0) / 2;
    }
    expect(loss).toBeCloseTo(expected, 3);
  });

  it.each([
    "l2-sp",
    "ewc",
    "distillation",
  ])("of %s has no gradient where training on the old task ended", async (name) => {
    const here = flat((await termOf(name, star)).gradient);
    const there = flat((await termOf(name, moved)).gradient);
    expect(Math.max(...here.map(Math.abs))).toBeLessThan(1e-6);
    expect(Math.max(...there.map(Math.abs))).toBeGreaterThan(1e-4);
  });

  it.each(["replay", "joint"])("of %s is the old batches' own", async (name) => {
    const { loss, gradient } = await programs.metaGradient(moved, oldBatch);
    const term = await termOf(name, moved);
    expect(term.loss).toBeCloseTo(loss.data[0], 6);
    expect(flat(term.gradient)).toEqual(flat(gradient));
  });

  it("of distillation is the cross-entropy with the old model's answers, of the old classes alone", async () => {
    const { gradient } = await termOf("distillation", moved);
    const { weight, bias } = (
      gradient as unknown as { learner: Record<"weight" | "bias", { data: Float32Array }> }
    ).learner;
    for (const { data } of [weight, bias])
      for (const [k, g] of data.entries()) if (k % WAY >= OLD) expect(g).toBe(0);
    expect(weight.data.some((g) => g !== 0)).toBe(true);
  });
});

describe("the Fisher information", () => {
  const rows = [...oldBatch.query.mask.data.keys()].filter((i) => oldBatch.query.mask.data[i]);
  /** p [rows, OLD], among the old classes, and the features [rows, WIDTH] they are answered from. */
  let answers: { p: number[][]; h: number[][] };
  beforeAll(async () => {
    const features = await programs.inference.embed(star, oldBatch.query);
    const { weight, bias } = (
      star.params as unknown as { learner: Record<"weight" | "bias", { data: Float32Array }> }
    ).learner;
    const h = rows.map((i) => [...features.data.slice(i * WIDTH, (i + 1) * WIDTH)]);
    const p = h.map((x) => {
      const z = Array.from({ length: OLD }, (_, k) =>
        x.reduce((sum, v, d) => sum + v * weight.data[d * WAY + k], bias.data[k]),
      );
      const all = z.map(Math.exp);
      return all.map((e) => e / all.reduce((a, b) => a + b));
    });
    answers = { p, h };
  });
  /** Softmax regression's, in closed form: E_x h_d² p_k (1 − p_k), and of the bias E_x p_k (1 − p_k). */
  const closedForm = () => {
    const of = (square: (i: number) => number, k: number) =>
      k < OLD
        ? rows.reduce((sum, _, i) => sum + square(i) * answers.p[i][k] * (1 - answers.p[i][k]), 0) /
          rows.length
        : 0;
    const columns = Array.from({ length: WAY }, (_, k) => k);
    const weight = Array.from({ length: WIDTH }, (_, d) =>
      columns.map((k) => of((i) => answers.h[i][d] ** 2, k)),
    );
    return [...weight.flat(), ...columns.map((k) => of(() => 1, k))];
  };
  const headOf = (tree: Arrays) => flat((tree as { learner: unknown }).learner);

  it("of the head is softmax regression's in closed form, every class by its probability", async () => {
    const total = new Float64Array(WIDTH * WAY + WAY);
    for (const [i, row] of rows.entries())
      for (let k = 0; k < OLD; k++) {
        const labels = new Float32Array(2 * WAY * WAY);
        labels[row * WAY + k] = 1;
        const only = float32(
          Array.from({ length: 2 * WAY }, (_, r) => Number(r === row)),
          [2 * WAY],
        );
        const query = { ...oldBatch.query, labels: float32(labels, [2 * WAY, WAY]), mask: only };
        const squares = await squaredGradientsOf(programs, star, { ...oldBatch, query });
        for (const [j, g] of headOf(squares).entries()) total[j] += (answers.p[i][k] * g) / rows.length;
      }
    expect(relativeError([...total], closedForm())).toBeLessThan(1e-4);
  });

  it("as EWC draws labels is near it, and pulls by it", async () => {
    const { gradient } = await termOf("ewc", moved);
    const away = headOf(moved.params).map((x, i) => x - headOf(star.params)[i]);
    const estimated = headOf(gradient).map((g, i) => g / away[i]);
    const expected = closedForm();
    expect(estimated.every((f) => f >= -1e-6)).toBe(true);
    expect(relativeError(estimated, expected)).toBeLessThan(0.35);
  });
});

describe("λ = 0", () => {
  const data = tinyDataset({ train: WAY, val: 0, test: 0 }, 8);
  const classes = Array.from({ length: WAY }, (_, k) => `class ${k}`);
  const task = async (ways: typeof oldWays, source = data) => {
    const { loadTable } = await import("../episode/index.js");
    const own = source.rows.filter(({ label }) => ways.data[classes.indexOf(label!)]);
    const table = await loadTable(own, programs.definition.specs as never);
    return { table, sampler: batchSampler(table.rows, classes, BATCH, "x"), way: WAY, ways };
  };
  const trained = async (name: string, weight: number, newer = data) =>
    flat(
      await transfer({
        programs,
        method: continualMethods[name],
        star,
        afresh: moved,
        older: await task(oldWays),
        newer: await task(newWays, newer),
        steps: 3,
      })(weight),
    );

  it("is plain fine-tuning, bit for bit, whatever would keep the old task", async () => {
    const { collateEpisode } = await import("../episode/index.js");
    const { table, sampler, ways } = await task(newWays);
    const capacity = { way: WAY, support: 0, query: BATCH };
    const layout = {
      support: programs.definition.modalities,
      query: programs.definition.modalities,
      capacity,
    };
    let state = startingState(star);
    for (let step = 1; step <= 3; step++) {
      const drawn = sampler.draw(random(0, "train", step, 0));
      const batch = { ...collateEpisode(table, drawn, layout), ways };
      const rate = (0.05 / 2) * (1 + Math.cos((Math.PI * (step - 1)) / 3));
      const gradient = meanGradient([await programs.metaGradient(state, batch, { alone: true })]);
      state = update(state, gradient, rate).state;
    }
    const plain = flat({ params: state.params, state: state.state });
    for (const name of ["replay", "l2-sp", "ewc", "distillation"]) {
      expect(await trained(name, 0), name).toEqual(plain);
      expect(await trained(name, 1), name).not.toEqual(plain);
    }
  });

  it("of joint learning is the old task alone, whatever the new one is", async () => {
    const other = { ...data, rows: [...data.rows].reverse() };
    expect(await trained("joint", 0, other)).toEqual(await trained("joint", 0));
    expect(await trained("joint", 1, other)).not.toEqual(await trained("joint", 1));
    // And that is training from the same start on the old batches.
    const back = await transfer({
      programs,
      method: continualMethods["l2-sp"],
      star: moved,
      afresh: moved,
      older: await task(newWays),
      newer: await task(oldWays),
      steps: 3,
    })(0);
    expect(flat(back)).toEqual(await trained("joint", 0));
  });
});

/**
 * The same seed gives the same bytes: again, on another number of threads, and when training is stopped and
 * resumed, wherever it stops.
 */

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tinyDataset } from "../../test/support/drawings.js";
import { inLane } from "../../test/support/lane.js";
import { InputError } from "../base/errors.js";
import { decodeSafetensors } from "../base/safetensors.js";
import type { Model } from "../model/index.js";
import { type MetaTrainOptions, metaTrain, type TrainEvent } from "./index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "metamodal-determinism-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const data = tinyDataset();
const train = { steps: 7, metaBatch: 3, evalEvery: 3, evalEpisodes: 4, learningRate: 0.01 };
const recipes = {
  prototypical: { learner: { name: "prototypical" }, alignment: { name: "mean", weight: 0.1 } },
  maml: { learner: { name: "maml", innerSteps: 2 } },
  reptile: {
    learner: { name: "reptile", innerBatchSize: 4 },
    train: { ...train, optimizer: "sgd", learningRate: 0.5 },
  },
  /** One episode a step, which several threads share. */
  alone: {
    learner: { name: "prototypical" },
    width: 8,
    episode: { way: 6, shot: 2, query: 4 },
    train: { ...train, metaBatch: 1 },
  },
} satisfies Record<string, Partial<MetaTrainOptions>>;

const optionsOf = (
  learner: keyof typeof recipes,
  rest: Partial<MetaTrainOptions> = {},
): MetaTrainOptions => ({
  data,
  width: 4,
  episode: { way: 3, shot: 1, query: 2 },
  train,
  seed: 3,
  threads: 1,
  ...recipes[learner],
  ...rest,
});

const bytesOf = (model: Model) =>
  [model, ...Object.values(model.alone)].flatMap((part) =>
    Object.entries(part.ownFiles()).map(([name, file]) => [name, Buffer.from(file).toString("hex")]),
  );
const trained = async (options: MetaTrainOptions) => bytesOf(await metaTrain(options).model());

/** The checkpoint of a run, without the time it took. */
async function checkpointOf(run: string) {
  const name = (await readdir(run)).find((file) => file.startsWith("image+strokes"))!;
  const { arrays, metadata } = decodeSafetensors(await readFile(join(run, name)), name);
  const { elapsed: _, ...progress } = JSON.parse(metadata.progress);
  return { arrays, progress, run: metadata.run };
}

/** Train until `stop` says so of an event, then abort; the events so far. */
async function trainUntil(options: MetaTrainOptions, stop: (event: TrainEvent) => boolean) {
  const controller = new AbortController();
  const events: TrainEvent[] = [];
  const run = metaTrain({ ...options, signal: controller.signal });
  const finished = (async () => {
    for await (const event of run) {
      events.push(event);
      if (stop(event)) controller.abort();
    }
  })();
  await expect(finished).rejects.toThrow(/abort/i);
  return events;
}

const names = Object.keys(recipes) as (keyof typeof recipes)[];

describe.each(inLane(names, (name) => (name === "prototypical" ? "test" : "full")))("%s", (learner) => {
  let expected: Awaited<ReturnType<typeof trained>>;
  const whole = () => join(folder, `${learner}-whole`);
  beforeAll(async () => {
    expected = await trained(optionsOf(learner, { runFolder: whole() }));
  });

  it("gives the same bytes again, and others from another seed", async () => {
    expect(await trained(optionsOf(learner))).toEqual(expected);
    const other = await trained(optionsOf(learner, { seed: 4 }));
    expect(Object.fromEntries(other)["model.safetensors"]).not.toBe(
      Object.fromEntries(expected)["model.safetensors"],
    );
  });

  it("gives the same bytes on two threads", async () => {
    expect(await trained(optionsOf(learner, { threads: 2 }))).toEqual(expected);
  });

  it.each([
    ["after a step", (event: TrainEvent) => event.type === "step" && event.step === 2],
    ["after a step that is evaluated next", (event: TrainEvent) => event.type === "step" && event.step === 3],
    ["after an evaluation", (event: TrainEvent) => event.type === "eval" && event.step === 6],
    ["before the first step", (event: TrainEvent) => event.type === "start"],
  ])("gives the same bytes stopped %s and resumed", async (when, stop) => {
    const runFolder = join(folder, `${learner} ${when}`);
    const events = await trainUntil(optionsOf(learner, { runFolder }), stop);
    expect(events.at(-1)!.type).toBe("checkpoint");
    expect(await trained(optionsOf(learner, { runFolder, resume: true, threads: 2 }))).toEqual(expected);
    expect(await checkpointOf(runFolder)).toEqual(await checkpointOf(whole()));
  });

  it("gives the same bytes aborted while a step runs", async () => {
    const runFolder = join(folder, `${learner}-within`);
    const controller = new AbortController();
    const run = metaTrain(optionsOf(learner, { runFolder, signal: controller.signal }));
    const events = run[Symbol.asyncIterator]();
    while ((await events.next()).value?.type !== "step");
    const next = events.next();
    controller.abort();
    let last: TrainEvent | undefined;
    await expect(
      (async () => {
        for (let event = await next; !event.done; event = await events.next()) last = event.value;
      })(),
    ).rejects.toThrow(/abort/i);
    expect(last?.type).toBe("checkpoint");
    expect(await trained(optionsOf(learner, { runFolder, resume: true }))).toEqual(expected);
  });

  it("refuses a checkpoint of another recipe, a run that is there, and one that is not", async () => {
    const runFolder = whole();
    const refused = async (options: Partial<MetaTrainOptions>, code: string) => {
      const error = await trained(optionsOf(learner, options)).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(InputError);
      expect(error.code).toBe(code);
    };
    await refused({ runFolder, resume: true, seed: 9 }, "train/other-recipe");
    await refused({ runFolder, resume: true, runtime: "wasm" }, "train/other-runtime");
    await refused({ runFolder }, "train/run-exists");
    await refused({ runFolder: join(folder, "nowhere"), resume: true }, "train/nothing-to-resume");
  });
});

/** What the benchmark's W1 to W4 learn by, large enough to run as fused kernels; their episodes are divided among threads. */
const gradientLearners = {
  maml: { innerSteps: 2 },
  fomaml: { innerSteps: 2 },
  anil: { innerSteps: 2 },
  reptile: { innerSteps: 2, innerBatchSize: 4, optimizer: "adam" },
  "reptile, by gradient steps": { innerSteps: 2, innerBatchSize: 4, optimizer: "sgd" },
};

it.each(
  inLane(Object.entries(gradientLearners), ([name]) => (name === "fomaml" ? "test" : "full")),
)("gives the same bytes on one thread and on two: %s", async (name, learner) => {
  const steps = { steps: 2, metaBatch: 3, evalEvery: 2, evalEpisodes: 2, learningRate: 0.01 };
  const options: MetaTrainOptions = {
    data,
    modalities: ["image"],
    width: 16,
    episode: { way: 3, shot: 1, query: 3, mode: "transductive" },
    learner: { name: name.split(",")[0], innerLearningRate: 0.1, ...learner } as never,
    train: steps,
    seed: 5,
  };
  expect(await trained({ ...options, threads: 2 })).toEqual(await trained({ ...options, threads: 1 }));
});

const withUnimodal = inLane(["prototypical"] as const, () => "full");

it.each(
  withUnimodal,
)("%s resumes models of single modalities too, and does not train the finished ones again", async (learner) => {
  const expected = await trained(optionsOf(learner, { withUnimodal: true }));
  const runFolder = join(folder, "unimodal");
  const stop = (event: TrainEvent) => event.type === "step" && event.part === "strokes" && event.step === 2;
  await trainUntil(optionsOf(learner, { withUnimodal: true, runFolder }), stop);
  const run = metaTrain(optionsOf(learner, { withUnimodal: true, runFolder, resume: true }));
  const steps: string[] = [];
  for await (const event of run) if (event.type === "step") steps.push(`${event.part} ${event.step}`);
  expect(steps).toEqual(["strokes 3", "strokes 4", "strokes 5", "strokes 6", "strokes 7"]);
  expect(bytesOf(await run.model())).toEqual(expected);
});

/** Inputs that are changed while a call still runs: what the caller gave is copied first, so results stay as they were. */

import { describe, expect, it } from "vitest";
import { createDataset, type Example, evaluate, fitAlignment, metaTrain, teach } from "../src/index.js";

/** Change all that a value holds, in place. */
function spoil(value: unknown): void {
  if (ArrayBuffer.isView(value)) (value as Uint8Array).fill(1);
  else if (Array.isArray(value)) {
    for (const each of value) spoil(each);
    for (const [i, each] of value.entries()) if (typeof each === "number") value[i] = 0.5;
    value.reverse();
  } else if (typeof value === "object" && value !== null)
    for (const [name, each] of Object.entries(value)) {
      spoil(each);
      const changed = { string: "other", number: 1 }[typeof each as string];
      if (changed !== undefined) Object.assign(value, { [name]: changed });
    }
}

const wave = (i: number, length: number) =>
  Float32Array.from({ length }, (_, k) => Math.sin((1 + (i % 4)) * 0.05 * k));

/** An example's value of each kind, by its class. */
const values: Record<string, (i: number) => unknown> = {
  "raw pixels": (i) => ({
    ...{ width: 8, height: 8, channels: 1 },
    data: Uint8Array.from({ length: 64 }, (_, k) => (k % (2 + (i % 4)) === 0 ? 200 + (i % 50) : 20)),
  }),
  "pixels of a Buffer": (i) => ({
    ...{ width: 8, height: 8, channels: 1 },
    data: Buffer.from(Array.from({ length: 64 }, (_, k) => (k % (2 + (i % 4)) === 0 ? 200 : i % 50))),
  }),
  "sound samples": (i) => ({ sampleRate: 8000, samples: wave(i, 2000) }),
  "sound of two channels": (i) => ({ sampleRate: 8000, samples: [wave(i, 2000), wave(i, 2000)] }),
  strokes: (i) => [
    [
      [0, 0],
      [10 * (i % 4), 20],
      [30, i],
    ],
    [
      [5, 5],
      [9, 3 * (i % 4)],
    ],
  ],
  "vector of numbers": (i) => [i % 4, Math.cos(i), 1],
  "vector Float32Array": (i) => Float32Array.of(i % 4, Math.cos(i), 1),
  "vector Float64Array": (i) => Float64Array.of(i % 4, Math.cos(i), 1),
  text: (i) => ["red petals", "white florets", "green leaf", "blue bell"][i % 4],
};
const kindOf = (name: string) =>
  name.startsWith("sound")
    ? "audio"
    : name.includes("pixels")
      ? "image"
      : name.startsWith("vector")
        ? "vector"
        : name;

const examplesOf = (name: string, count = 24): Example[] =>
  Array.from({ length: count }, (_, i) => ({ label: `class ${i % 4}`, x: values[name](i) }));
/** Expect the same result of a call whether or not its arguments change as soon as it has returned. */
async function expectOwned<Given extends readonly unknown[]>(
  given: () => [...Given],
  call: (...args: Given) => unknown,
): Promise<void> {
  const args = given();
  const pending = call(...args);
  for (const arg of args) spoil(arg);
  const spoilt = await pending;
  expect(spoilt).toEqual(await call(...given()));
}

const fewer = { way: 2, shot: 1, query: 2 };
const training = () => ({
  ...{ episode: { ...fewer }, width: 4, threads: 1, seed: 1 },
  train: { steps: 1, metaBatch: 1, evalEvery: 1, evalEpisodes: 1 },
});

describe.each(Object.keys(values))("%s", (name) => {
  const options = () => ({ modalities: { x: { kind: kindOf(name) } } });
  const queries = () => examplesOf(name, 6).map(({ x }) => ({ x }));
  const made = () => createDataset({ name: "made", examples: examplesOf(name), ...options() });

  /** Expect that a task copies its queries. */
  async function expectOwnedBy(task: {
    predict(query: Example): Promise<unknown>;
    predictAll(all: Example[]): Promise<unknown>;
  }): Promise<void> {
    await expectOwned(
      () => [queries()[1]],
      (query) => task.predict(query),
    );
    await expectOwned(
      () => [queries()],
      (all) => task.predictAll(all),
    );
  }

  it("in createDataset", async () => {
    const data = (examples: Example[], chosen: object) =>
      createDataset({ name: "made", examples, ...chosen }).rows;
    await expectOwned(() => [examplesOf(name), options()], data);
  });

  it("in teach, add, predict and predictAll", async () => {
    const predicted = (examples: Example[], chosen: object) =>
      teach(examples, chosen).then((task) => task.predictAll(queries()));
    await expectOwned(() => [examplesOf(name), options()], predicted);
    const task = await teach(examplesOf(name), options());
    await expectOwnedBy(task);
    const [one, other] = [task.copy(), task.copy()];
    const given = examplesOf(name, 30);
    const added = one.add(given);
    spoil(given);
    await added;
    await other.add(examplesOf(name, 30));
    expect(await one.predictAll(queries())).toEqual(await other.predictAll(queries()));
  });

  // Training on sounds takes long, and copies them in the same place.
  it.skipIf(name.startsWith("sound"))("in metaTrain, adapt, predict, and predictAll", async () => {
    const run = (rest: object) => metaTrain({ data: made(), ...rest });
    const model = await run(training()).model();
    const adapted = (support: Example[]) => model.adapt(support).then((task) => task.predictAll(queries()));
    await expectOwned(() => [examplesOf(name, 12)], adapted);
    const task = await model.adapt(examplesOf(name, 12));
    await expectOwnedBy(task);
    const given = training();
    const begun = run(given);
    spoil(given);
    expect((await begun.model()).hash).toBe(model.hash);
  });
});

it("the options of evaluate", async () => {
  const examples = Array.from({ length: 64 }, (_, i) => ({
    label: `class ${i % 16}`,
    x: [i % 16, i % 3, 1],
  }));
  const data = createDataset({ name: "points", examples });
  const model = await metaTrain({ data, ...training() }).model();
  const options = () => ({ ...fewer, episodes: 4, queryModalities: ["x"], seed: 3 });
  const scores = async (given: ReturnType<typeof options>) => {
    const evaluation = evaluate(model, { data, ...given });
    spoil(given);
    return (await evaluation).rows.map(({ name, accuracy }) => [name, accuracy]);
  };
  expect(await scores(options())).toEqual(await scores(options()));
});

it("the vectors of fitAlignment", async () => {
  const vectors = () => ({
    a: [
      [1, 2],
      [3, 4],
      [0, 1],
    ],
    b: [
      [2, 1],
      [4, 3],
      [1, 1],
    ],
  });
  const given = vectors();
  const fitted = fitAlignment("procrustes", given);
  spoil(given);
  expect(fitted.transform(vectors())).toEqual(fitAlignment("procrustes", vectors()).transform(vectors()));
});

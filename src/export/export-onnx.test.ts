/** Exports of whole models and tasks, run by ONNX Runtime alone, predict what the library predicts from the same examples. */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { float32, int32, type NDArray } from "../../src/base/array.js";
import { random } from "../../src/base/random.js";
import { decodeSafetensors } from "../../src/base/safetensors.js";
import type { Example } from "../../src/data/index.js";
import { Model, ModelDefinition, parseRecipe, type RecipeInput } from "../../src/model/index.js";
import { tinyCard } from "../../test/support/contract.js";
import { engine } from "../../test/support/engine.js";
import { folders } from "../../test/support/folders.js";
import { runPlain } from "../../test/support/plain-onnx.js";
import { checkedDifferences, noPython, python } from "../../test/support/python.js";
import { trainedWeights } from "../../test/support/tiny.js";
import { exportOnnx } from "./export-onnx.js";

const folder = folders();
const sizes = { form: 5, "colour-tone": 3 };

const specs = Object.fromEntries(
  Object.entries(sizes).map(([name, size]) => [
    name,
    { kind: "vector", shape: [size], mean: Array(size).fill(0), std: Array(size).fill(1) } as const,
  ]),
);

/** A temperature that helps at 4 classes but not at 2, and a threshold that some queries reach. */
const certainty = {
  ...{
    score: "logit" as const,
    temperature: 2.5,
    threshold: -12,
    auroc: 0.9,
    fpr95: 0.2,
    uninformative: false,
  },
  ...{ way: 4, shot: 1, episodes: 10, otherWays: [{ way: 2, helps: false }] },
};

function modelOf(recipe: RecipeInput, more: object = {}): Model {
  const complete = {
    width: 6,
    modalities: Object.keys(sizes),
    encoders: Object.fromEntries(Object.keys(sizes).map((name) => [name, "mlp"])),
    ...recipe,
  } as RecipeInput;
  const definition = new ModelDefinition(parseRecipe(complete, "test"), specs);
  const card = { ...tinyCard(definition.recipe), modalities: specs, certainty, ...more };
  return new Model(card, trainedWeights({ definition } as never, 5), engine);
}

const drawn = random(1, "vectors");
const vectorOf = (size: number, k: number) =>
  Array.from({ length: size }, (_, i) => Math.sin(k * (i + 1)) + 0.3 * drawn.normal());
const exampleOf = (k: number): Example =>
  Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, vectorOf(size, k)]));

const without = (example: Example, name: string): Example =>
  Object.fromEntries(Object.entries(example).filter(([key]) => key !== name));

/** Named inputs of examples, padded to `capacity`. */
function inputsOf(
  part: "support" | "query",
  examples: readonly Example[],
  capacity: number,
): Record<string, NDArray> {
  const words: Record<string, string> = { form: "form", "colour-tone": "colour_tone" };
  return Object.fromEntries(
    Object.entries(sizes).flatMap(([name, size]) => {
      const rows = Array.from(
        { length: capacity },
        (_, i) => (examples[i]?.[name] as number[]) ?? Array(size).fill(9),
      );
      const present = rows.map((_, i) => Number(examples[i]?.[name] !== undefined));
      return [
        [`${part}_${words[name]}`, float32(rows.flat(), [capacity, size])],
        [`${part}_${words[name]}_present`, float32(present, [capacity])],
      ];
    }),
  );
}

const queries = [
  exampleOf(0),
  without(exampleOf(1), "form"),
  exampleOf(7),
  without(exampleOf(2), "colour-tone"),
  exampleOf(2),
];

describe("a model's export", () => {
  const model = modelOf({ learner: "prototypical", fusion: "gated" });
  const out = join(folder({}), "export");

  it("predicts as the model, for any number of classes, examples and queries that there is room for", async () => {
    const { files, capacity, notes } = await exportOnnx(model, { out, way: 4, shot: 3 });
    expect(notes).toEqual([]);
    expect(capacity).toEqual({ way: 4, shot: 3, support: 12 });
    expect(files.map(({ name }) => name).sort()).toEqual(
      readdirSync(out)
        .filter((name) => name !== "export.json")
        .sort(),
    );
    for (const { difference = 0 } of files) expect(difference).toBeLessThan(1e-5);
    for (const { way, count } of [
      { way: 2, count: 5 },
      { way: 3, count: 9 },
      { way: 4, count: 12 },
    ]) {
      const classes = Array.from({ length: count }, (_, i) => i % way);
      const examples = classes.map((k, i) => (i === 1 ? without(exampleOf(k), "form") : exampleOf(k)));
      const task = await model.adapt(
        examples.map((example, i) => ({ ...example, label: `class ${classes[i]}` })),
      );
      const padded = int32([...classes, ...Array(12 - count).fill(-1)], [12]);
      const inputs = { ...inputsOf("support", examples, 12), support_labels: padded };
      for (const asked of [queries, queries.slice(0, 1)]) {
        const expected = await task.predictAll(asked);
        const arrays = { ...inputs, ...inputsOf("query", asked, asked.length) };
        const results = await runPlain(join(out, "teach.onnx"), arrays);
        expected.forEach((prediction, i) => {
          const { probabilities = {}, unknown, weights } = prediction;
          const row = results.probabilities.data.slice(4 * i, 4 * i + 4);
          const all = [...Object.values(probabilities), ...Array(4 - way).fill(0)];
          for (const [k, p] of all.entries()) expect(row[k]).toBeCloseTo(p, 4);
          expect(results.unknown.data[i]).toBe(Number(unknown));
          for (const [name, weight] of Object.entries(weights))
            expect(results[name === "form" ? "weights_form" : "weights_colour_tone"].data[i]).toBeCloseTo(
              weight,
              4,
            );
        });
      }
    }
  });

  it("has golden arrays for every input and output, which its graphs reproduce", async () => {
    const file = join(out, "golden.safetensors");
    const { arrays } = decodeSafetensors(readFileSync(file), file);
    for (const name of readdirSync(out).filter((name) => name.endsWith(".onnx"))) {
      const results = await runPlain(join(out, name), arrays);
      for (const [output, { data }] of Object.entries(results))
        for (const [i, value] of data.entries()) expect(value).toBeCloseTo(arrays[output].data[i], 4);
    }
  });

  it("is replaced by another export, and stays if anything else is in its folder", async () => {
    await exportOnnx(model, { out, way: 2, shot: 1 });
    writeFileSync(join(out, "mine.txt"), "mine");
    await expect(exportOnnx(model, { out })).rejects.toMatchObject({ code: "export/would-overwrite" });
    expect(readdirSync(out)).toContain("mine.txt");
  });

  it("refuses a capacity that no support has", async () => {
    const place = join(folder({}), "export");
    for (const options of [{ way: 1 }, { way: 1000, shot: 1000 }, { way: 2.5 }, { shot: 0 }])
      await expect(exportOnnx(model, { out: place, ...options })).rejects.toMatchObject({
        code: "export/capacity",
      });
  });

  it("has a fixed number of queries if asked for", async () => {
    const place = join(folder({}), "export");
    const { capacity } = await exportOnnx(model, { out: place, static: true, queries: 2, way: 2, shot: 1 });
    expect(capacity.queries).toBe(2);
    const examples = [exampleOf(0), exampleOf(1)];
    const inputs = { ...inputsOf("support", examples, 2), support_labels: int32([0, 1], [2]) };
    const run = (count: number) =>
      runPlain(join(place, "teach.onnx"), {
        ...inputs,
        ...inputsOf("query", queries.slice(0, count), count),
      });
    expect((await run(2)).probabilities.shape).toEqual([2, 2]);
    await expect(run(3)).rejects.toThrow();
    for (const file of ["preprocess.form.onnx", "encode.form.onnx"]) {
      const form = (count: number) => float32(Array(5 * count).fill(1), [count, 5]);
      const runFile = (count: number) =>
        runPlain(join(place, file), { form: form(count), numbers_form: form(count) });
      await runFile(2);
      await expect(runFile(3)).rejects.toThrow();
    }
  });

  it("refuses a number of queries that it would ignore, or that is none", async () => {
    const place = join(folder({}), "export");
    for (const options of [{ queries: 2 }, { static: true, queries: 0 }, { static: true, queries: 1.5 }])
      await expect(exportOnnx(model, { out: place, ...options })).rejects.toMatchObject({
        code: "export/queries",
      });
    expect(readdirSync(join(place, ".."))).toEqual([]);
  });
});

it("states the number of queries that a model fixes, and has golden queries for it", async () => {
  const model = modelOf({ learner: "prototypical", width: 5 });
  const { definition } = model.inference;
  const { learner } = definition;
  // Queries are scaled by their number, on which the operators depend.
  const predict: typeof learner.predict = (context, params, state, kept, batch) => {
    const { readout, embedding } = learner.predict(context, params, state, kept, batch);
    return { readout: (x) => readout(x).mul(1 / batch.mask.shape[0]), embedding };
  };
  Object.assign(definition, { learner: { ...learner, predict } });
  const out = join(folder({}), "export");
  const { capacity, files, notes } = await exportOnnx(model, { out, way: 2, shot: 1 });
  expect(capacity.queries).toBe(16);
  expect(notes).toEqual([expect.stringContaining("predict.onnx takes exactly 16 examples")]);
  for (const { difference = 0 } of files) expect(difference).toBeLessThan(1e-4);
});

it("an adapted task's export predicts as the task", async () => {
  const model = modelOf({ learner: "ridge" });
  const out = join(folder({}), "export");
  const labelled = [0, 1, 2, 0, 1].map((k): Example => ({ ...exampleOf(k), label: `class ${k}` }));
  const task = await model.adapt(labelled);
  const { files } = await exportOnnx(task, { out });
  expect(files.flatMap(({ name }) => (name.endsWith(".onnx") ? name : []))).toEqual([
    "preprocess.form.onnx",
    "encode.form.onnx",
    "preprocess.colour_tone.onnx",
    "encode.colour_tone.onnx",
    "predict.onnx",
  ]);
  const { probabilities } = await runPlain(
    join(out, "predict.onnx"),
    inputsOf("query", queries, queries.length),
  );
  for (const [i, prediction] of (await task.predictAll(queries)).entries())
    Object.values(prediction.probabilities ?? {}).forEach((p, k) => {
      expect(probabilities.data[3 * i + k]).toBeCloseTo(p, 4);
    });
});

it("a regression model's export predicts values in the unit of the targets", async () => {
  const targets = { mean: 40, within: 3, between: 8 };
  const model = modelOf({ learner: "ridge", task: "regression" }, { targets, certainty: null });
  const out = join(folder({}), "export");
  await exportOnnx(model, { out, shot: 6 });
  const examples = [0, 1, 2, 3].map(exampleOf);
  const labels = [35, 52, 41, 47];
  const task = await model.adapt(examples.map((example, i) => ({ ...example, label: labels[i] })));
  const results = await runPlain(join(out, "teach.onnx"), {
    ...inputsOf("support", examples, 6),
    ...inputsOf("query", queries, queries.length),
    support_labels: float32([...labels, 0, 0], [6]),
    support_mask: float32([1, 1, 1, 1, 0, 0], [6]),
  });
  for (const [i, { value = Number.NaN }] of (await task.predictAll(queries)).entries())
    expect(results.values.data[i]).toBeCloseTo(value, 3);
  await exportOnnx(task, { out });
  const predicted = await runPlain(join(out, "predict.onnx"), inputsOf("query", queries, queries.length));
  for (const [i, value] of predicted.values.data.entries())
    expect(value).toBeCloseTo(results.values.data[i], 3);
  // Metadata of the file has no key "classes".
  expect(readFileSync(join(out, "predict.onnx"), "latin1")).toContain("modalities");
  expect(readFileSync(join(out, "predict.onnx"), "latin1")).not.toContain("classes");
});

it("refuses a learner that adapts on minibatches, whose split depends on the padding", async () => {
  const model = modelOf({ learner: { name: "reptile", innerBatchSize: 2 } as never });
  const out = join(folder({}), "export");
  await expect(exportOnnx(model, { out })).rejects.toMatchObject({ code: "export/minibatches" });
  expect(readdirSync(join(out, ".."))).toEqual([]);
});

it("refuses more support examples than a closed-form learner's system may have", async () => {
  const out = join(folder({}), "export");
  const wide = modelOf({ learner: "ridge", width: 300 });
  await expect(exportOnnx(wide, { out, way: 20, shot: 10 })).rejects.toMatchObject({
    code: "learner/support-too-large",
  });
});

it.each(["way", "shot"])("refuses the option %s for a task, whose classes are its own", async (option) => {
  const out = join(folder({}), "export");
  const support = [1, 2, 3, 4].map((k) => ({ ...exampleOf(k), label: k % 2 ? "a" : "b" }));
  const task = await modelOf({ learner: "prototypical" }).adapt(support);
  await expect(exportOnnx(task, { out, [option]: 3 })).rejects.toMatchObject({
    code: "export/not-for-tasks",
    message: expect.stringContaining(`option \`${option}\``),
  });
  expect(readdirSync(join(out, ".."))).toEqual([]);
});

describe.skipIf(noPython)(`Python ${noPython ?? ""}`, () => {
  it("checks the files, and reproduces golden outputs, as the page's program does", async () => {
    const out = join(folder({}), "export");
    await exportOnnx(modelOf({ learner: "prototypical" }), { out, way: 3, shot: 2 });
    const differences = checkedDifferences([out]);
    expect(Object.keys(differences)).toHaveLength(7);
    for (const difference of Object.values(differences)) expect(difference).toBeLessThan(1e-4);
    const [, program] = readFileSync(join(out, "README.md"), "utf8").match(/```python\n(.*?)```/s) ?? [];
    writeFileSync(join(out, "run.py"), program);
    expect(Number(python(["run.py"], out).match(/largest difference: (\S+)/)?.[1])).toBeLessThan(1e-4);
  });
});

it("the page's program in JavaScript reproduces golden outputs", async () => {
  const out = join(folder({}), "export");
  await exportOnnx(modelOf({ learner: "prototypical" }), { out, way: 3, shot: 2 });
  const [, program] = readFileSync(join(out, "README.md"), "utf8").match(/```js\n(.*?)```/s) ?? [];
  writeFileSync(join(out, "run.mjs"), program);
  symlinkSync(join(import.meta.dirname, "../../node_modules"), join(out, "node_modules"));
  const printed = execFileSync(process.execPath, ["run.mjs"], { cwd: out, encoding: "utf8" });
  expect(Number(printed.match(/largest difference: (\S+)/)?.[1])).toBeLessThan(1e-4);
});

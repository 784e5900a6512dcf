/**
 * Exports of every learner predict what the library predicts, for one and two modalities, with a modality missing in the
 * support, in the queries, and in neither, with as many classes and examples as there is room for, and with half as many.
 * They run in ONNX Runtime without metamodal, for Node and, if it is there, for Python.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { allocate, float32, int32, type NDArray } from "../../src/base/array.js";
import { random } from "../../src/base/random.js";
import { encodeSafetensors } from "../../src/base/safetensors.js";
import { encodeFiles } from "../../src/engine/portable/index.js";
import { learners } from "../../src/learner/index.js";
import { InferencePrograms } from "../../src/model/index.js";
import { probabilitiesOf } from "../../src/objective/index.js";
import { engine } from "../../test/support/engine.js";
import { openPlain } from "../../test/support/plain-onnx.js";
import { checkedDifferences, noPython } from "../../test/support/python.js";
import { normals, tinyPrograms, trainedWeights, without } from "../../test/support/tiny.js";
import { adaptGraph, predictGraph, teachGraph } from "./graphs.js";
import { namesOf } from "./names.js";

const root = mkdtempSync(join(tmpdir(), "metamodal-matrix-"));
afterAll(() => rmSync(root, { recursive: true }));

const [WAY, SHOT, QUERIES] = [4, 2, 3];
const SUPPORT = WAY * SHOT;
/** Value of padding and of missing modalities, which must not matter. */
const GARBAGE = 7.5;
const LIMIT = 1e-4;

const sets = [["strokes"], ["image", "strokes"]];
const missing = ["nothing", "support", "query"] as const;

type Batch = Parameters<InferencePrograms["predict"]>[2];
type Shapes = Readonly<Record<string, { readonly shape: readonly number[] }>>;

/** `count` random examples that have every modality. */
function batchOf(specs: Shapes, count: number, seed: number): Batch {
  const drawn = random(seed, "matrix");
  const ones = () => float32(Array(count).fill(1), [count]);
  const each = <T>(of: (shape: readonly number[]) => T) =>
    Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, of(shape)]));
  return { values: each((shape) => normals(drawn, [count, ...shape])), present: each(ones), mask: ones() };
}

/** An array with rows of garbage up to `rows`. */
function padded({ data, shape }: NDArray, rows: number): NDArray {
  const result = allocate({ dtype: "float32", shape: [rows, ...shape.slice(1)] });
  result.data.fill(GARBAGE).set(data);
  return result;
}

const folders: string[] = [];

describe.each(Object.keys(learners))("%s", (name) => {
  it.each(sets.map((modalities) => ({ of: modalities.join(" and "), modalities })))("of $of", async ({
    modalities,
  }) => {
    const recipe = { learner: { name } as never, episode: { way: WAY } };
    const programs = tinyPrograms(engine, recipe, modalities);
    const { definition } = programs;
    const weights = trainedWeights(programs, 3);
    const capacity = { way: WAY, shot: SHOT, support: SUPPORT };
    const exported = { definition, weights, certainty: null, capacity };
    const adapt = await adaptGraph(exported);
    const predict = await predictGraph(exported, adapt, {});
    expect(predict.count).toBeUndefined();
    const graphs = { adapt, predict, teach: teachGraph(adapt, predict) };
    const files = Object.fromEntries(
      Object.entries(graphs).map(([file, { graph }]) => [
        file,
        Object.values(encodeFiles(graph, { name: file, version: "1", metadata: { graph: file } }))[0],
      ]),
    );
    const folder = join(root, `${name}-${modalities.length}`.replaceAll("+", "p"));
    mkdirSync(folder);
    folders.push(folder);
    writeFileSync(join(folder, "teach.onnx"), files.teach);
    const [teach, adaptTo, predictBy] = await Promise.all(
      [files.teach, files.adapt, files.predict].map((file) => openPlain(file)),
    );
    const inference = new InferencePrograms(definition, engine);
    const names = namesOf(definition);
    const [first] = Object.keys(names);
    for (const isHalf of [false, true]) {
      const way = isHalf && !definition.learner.fixedWay ? WAY / 2 : WAY;
      const count = isHalf ? SUPPORT / 2 : SUPPORT;
      const classes = Array.from({ length: count }, (_, i) => Math.floor((i * way) / count));
      const hot = classes.flatMap((k) => Array.from({ length: way }, (_, j) => Number(j === k)));
      for (const part of missing) {
        const whole = { ...batchOf(definition.specs, count, 1), labels: float32(hot, [count, way]) };
        const asked = batchOf(definition.specs, QUERIES, 2);
        const support = part === "support" ? without(whole, first, [1], GARBAGE) : whole;
        const query = part === "query" ? without(asked, first, [0], GARBAGE) : asked;
        const ways = float32(Array(way).fill(1), [way]);
        const adapted = await inference.adapt(weights, support, ways);
        const { outputs, weights: alphas } = await inference.predict(weights, adapted, query);
        const rows = Array.from({ length: QUERIES }, (_, i) => outputs.data.slice(i * way, (i + 1) * way));
        const probabilities = rows.flatMap((row) => [...probabilitiesOf(row), ...Array(WAY - way).fill(0)]);
        const inputs: Record<string, NDArray> = {
          support_labels: int32([...classes, ...Array(SUPPORT - count).fill(-1)], [SUPPORT]),
        };
        for (const [modality, own] of Object.entries(names)) {
          inputs[own.support] = padded(support.values[modality], SUPPORT);
          inputs[own.supportPresent] = padded(support.present[modality], SUPPORT);
          inputs[own.query] = query.values[modality];
          inputs[own.queryPresent] = query.present[modality];
        }
        const taught = await teach(inputs);
        const task = await adaptTo(inputs);
        const parameters = Object.fromEntries(
          Object.entries(task).map(([key, { data, shape }]) => [key, float32(data, shape)]),
        );
        const predicted = await predictBy({ ...inputs, ...parameters });
        for (const results of [taught, predicted]) {
          for (const [i, p] of probabilities.entries())
            expect(Math.abs(results.probabilities.data[i] - p)).toBeLessThanOrEqual(LIMIT);
          for (const [modality, own] of Object.entries(names))
            for (let i = 0; i < QUERIES; i++)
              if (query.present[modality].data[i])
                expect(Math.abs(results[own.weights].data[i] - alphas[modality].data[i])).toBeLessThanOrEqual(
                  LIMIT,
                );
        }
        const golden = Object.fromEntries(
          Object.entries(taught).map(([key, { data, shape }]) => [key, float32(data, shape)]),
        );
        const arrays = { ...inputs, ...golden, probabilities: float32(probabilities, [QUERIES, WAY]) };
        writeFileSync(
          join(folder, `${part}-${isHalf}.safetensors`),
          encodeSafetensors({ arrays, metadata: {} }),
        );
      }
    }
  });
});

it.skipIf(noPython)(`all of them, in Python ${noPython ?? ""}`, () => {
  const differences = checkedDifferences(folders);
  expect(Object.keys(differences)).toHaveLength(sets.length * Object.keys(learners).length);
  for (const [file, difference] of Object.entries(differences))
    expect(difference, file).toBeLessThanOrEqual(LIMIT);
});

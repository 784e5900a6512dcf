/** Every exported function and method with arguments of other types: an `InputError` that names the argument, never a raw one. */

import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import * as metamodal from "../src/index.js";
import { tinyDataset } from "./support/drawings.js";

const data = tinyDataset();
const folder = await mkdtemp(join(tmpdir(), "metamodal-arguments-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const examples = data.rows.slice(0, 12).map(({ label, values }) => ({ label, ...values }));
const model = await metamodal
  .metaTrain({
    ...{ data, width: 4, threads: 1 },
    episode: { way: 2, shot: 1, query: 2 },
    train: { steps: 2, metaBatch: 1, evalEvery: 2, evalEpisodes: 2 },
  })
  .model();
const task = await model.adapt(examples);
const taught = await metamodal.teach([
  { label: "a", x: [0, 1] },
  { label: "b", x: [1, 0] },
]);
const few = [
  { label: "a", x: [0, 1] },
  { label: "b", x: [1, 0] },
];
const base = await metamodal.loadModel("base");

const wrong = [undefined, null, 7, Number.NaN, "", "\0", true, [], [null], {}, () => 1, new Date(0)];

type Call = (...given: never[]) => unknown;

/** Each call and the positions of the arguments that it cannot do without; each is given every wrong value. */
const calls: Record<string, readonly [Call, readonly unknown[]]> = {
  openDataset: [metamodal.openDataset, ["missing"]],
  createDataset: [metamodal.createDataset, [{ name: "n", examples }]],
  "createDataset examples": [(given) => metamodal.createDataset({ name: "n", examples: given }), [examples]],
  auditDataset: [metamodal.auditDataset, [data]],
  inspectDataset: [metamodal.inspectDataset, [data]],
  contactSheet: [metamodal.contactSheet, [data]],
  importMovieLens: [metamodal.importMovieLens, ["missing", join(folder, "new")]],
  importOmniglot: [metamodal.importOmniglot, ["missing", join(folder, "new")]],
  importSpeechCommands: [metamodal.importSpeechCommands, ["missing", join(folder, "new")]],
  readRecipe: [metamodal.readRecipe, ["missing"]],
  metaTrain: [(given) => metamodal.metaTrain(given).model(), [{ data: undefined }]],
  "metaTrain data": [(given) => metamodal.metaTrain({ data: given }).model(), [undefined]],
  "metaTrain from": [(given) => metamodal.metaTrain({ data, from: given ?? "none" }).model(), ["none"]],
  loadModel: [metamodal.loadModel, ["missing"]],
  loadTask: [metamodal.loadTask, ["missing"]],
  loadTaughtTask: [metamodal.loadTaughtTask, ["missing"]],
  teach: [metamodal.teach, [examples]],
  "teach options": [(given) => metamodal.teach(few, given ?? null), [null]],
  evaluateTask: [metamodal.evaluateTask, [taught, data]],
  reportPicture: [metamodal.reportPicture, [taught, "title"]],
  exportOnnx: [metamodal.exportOnnx, [model, { out: join(folder, "onnx") }]],
  evaluate: [metamodal.evaluate, [model, { data, episodes: 0 }]],
  "evaluate data": [(given) => metamodal.evaluate(model, { data: given }), [undefined]],
  evaluateClosed: [metamodal.evaluateClosed, [model, { data }]],
  episodePicture: [metamodal.episodePicture, [task, data, data]],
  curvePicture: [metamodal.curvePicture, [undefined]],
  forgettingCurve: [metamodal.forgettingCurve, [{ data: undefined as never }]],
  compare: [metamodal.compare, [{ data: "missing" }]],
  fitAlignment: [metamodal.fitAlignment, ["none" as never, {}]],
  "Model.adapt": [model.adapt.bind(model), [examples]],
  "Model.embed": [model.embed.bind(model), [examples]],
  "Model.save": [model.save.bind(model), [folder]],
  "Task.predict": [task.predict.bind(task), [examples[0]]],
  "Task.predictAll": [task.predictAll.bind(task), [examples]],
  "Task.save": [task.save.bind(task), [folder]],
  "TaughtTask.predict": [taught.predict.bind(taught), [{ x: [0, 1] }]],
  "TaughtTask.predictAll": [taught.predictAll.bind(taught), [[{ x: [0, 1] }]]],
  "TaughtTask.add": [taught.add.bind(taught), [[{ label: "a", x: [0, 2] }]]],
  "TaughtTask.remove": [taught.remove.bind(taught), [{ ids: [] }]],
  "TaughtTask.save": [taught.save.bind(taught), [folder]],
  "BaseModel.adapt": [base.adapt.bind(base), [examples]],
  "BaseModel.evaluate": [base.evaluate.bind(base), [{ data: undefined as never }]],
} as Record<string, readonly [Call, readonly unknown[]]>;

/** Values of `wrong` that an argument may have: an empty object of options, any title. */
const allowed: Readonly<Record<string, (value: unknown, at: number) => boolean>> = {
  reportPicture: (_, at) => at === 1,
  "TaughtTask.remove": (value) =>
    typeof value === "object" && value !== null && !(Array.isArray(value) && value.length > 0),
  "teach options": (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "Task.predictAll": (value) => Array.isArray(value) && value.length === 0,
};

const failureOf = async (call: () => unknown): Promise<unknown> => {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
};

it.each(Object.entries(calls))(
  "%s",
  async (name, [call, right]) => {
    const before = await readdir(folder);
    const faults: string[] = [];
    for (const at of right.keys())
      for (const value of wrong) {
        const given = right.map((each, i) => (i === at ? value : each));
        const failure = await failureOf(() => call(...(given as never[])));
        if (allowed[name]?.(value, at) && failure === undefined) continue;
        if (!(failure instanceof metamodal.InputError))
          faults.push(`argument ${at + 1} = ${String(value)}: ${failure}`);
      }
    expect(faults).toEqual([]);
    expect(await readdir(folder)).toEqual(before);
    expect(existsSync("undefined")).toBe(false);
  },
  60_000,
);

it("covers every exported function", () => {
  const functions = Object.entries(metamodal).filter(
    ([name, value]) => typeof value === "function" && !/^[A-Z]|^parseRecipe$/.test(name),
  );
  const missing = functions.filter(([name]) => !Object.hasOwn(calls, name)).map(([name]) => name);
  expect(missing).toEqual([]);
});

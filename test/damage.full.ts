/** Models, tasks and checkpoints with damaged bytes: an error that names the file, or the same predictions. */

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { InputError } from "../src/base/errors.js";
import { random } from "../src/base/random.js";
import { createDataset } from "../src/data/index.js";
import { loadModel, loadTask } from "../src/model/load.js";
import { metaTrain } from "../src/train/index.js";

const folder = await mkdtemp(join(tmpdir(), "metamodal-damage-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const MUTATIONS = 400;

const rows = Array.from({ length: 24 }, (_, i) => ({
  id: `${i}`,
  label: `class ${i % 6}`,
  vector: Array.from({ length: 4 }, (_, k) => Math.sin(i % 6) + 0.1 * Math.cos(7 * i + k)),
}));
const data = createDataset({ name: "points", examples: rows });
const options = { data, seed: 1, width: 4, episode: { way: 2, shot: 1, query: 1 } } as const;
const train = { steps: 2, evalEvery: 1, evalEpisodes: 2 };
const runFolder = join(folder, "run");
const model = await metaTrain({ ...options, train, runFolder }).model();
const support = rows.slice(0, 8).map(({ label, vector }) => ({ label, vector }));
const task = await model.adapt(support);
const [modelPath, taskPath] = [join(folder, "model"), join(folder, "task")];
await model.save(modelPath);
await task.save(taskPath);
const query = { vector: rows[9].vector };
const expected = await task.predict(query);

/** The bytes with one bit flipped, one byte more or less, a part cut out, or the end cut off. */
function mutated(bytes: Uint8Array, i: number): Uint8Array {
  const stream = random(4, "damage", i);
  const at = Math.floor(stream.uniform() * bytes.length);
  const [kind] = stream.sample(["flip", "drop", "repeat", "cut"], 1);
  if (kind === "flip") {
    const copy = bytes.slice();
    copy[at] ^= 1 << Math.floor(stream.uniform() * 8);
    return copy;
  }
  if (kind === "cut") return bytes.slice(0, at);
  return Uint8Array.from([
    ...bytes.slice(0, kind === "drop" ? at : at + 1),
    ...bytes.slice(kind === "drop" ? at + 1 : at),
  ]);
}

it.each([
  ["model", "model.json"],
  ["model", "model.safetensors"],
  ["task", "task.json"],
  ["task", "task.safetensors"],
  ["task", "model.json"],
])("%s with a damaged %s", async (what, file) => {
  const path = join(folder, `damaged-${what}-${file}`);
  await cp(what === "model" ? modelPath : taskPath, path, { recursive: true });
  const bytes = new Uint8Array(await readFile(join(path, file)));
  let refused = 0;
  for (let i = 0; i < MUTATIONS; i++) {
    await writeFile(join(path, file), mutated(bytes, i));
    const found = await (what === "model"
      ? loadModel(path).then((loaded) => loaded.adapt(support))
      : loadTask(path)
    ).then(
      (loaded) => loaded.predict(query),
      (error: unknown) => error,
    );
    if (found instanceof Error) {
      expect(found, `mutation ${i}`).toBeInstanceOf(InputError);
      expect(found.message).toContain(file);
      refused++;
    } else expect(found, `mutation ${i}`).toEqual(expected);
  }
  // White space between the fields of a card may change.
  expect(refused).toBeGreaterThan(0.75 * MUTATIONS);
});

it("a damaged checkpoint", async () => {
  const [name, ...others] = await readdir(runFolder);
  for (const other of others) await rm(join(runFolder, other));
  const bytes = new Uint8Array(await readFile(join(runFolder, name)));
  for (let i = 0; i < MUTATIONS; i++) {
    await writeFile(join(runFolder, name), mutated(bytes, i));
    const found = await metaTrain({ ...options, train, runFolder, resume: true })
      .model()
      .catch((error: unknown) => error);
    if (found instanceof Error) {
      expect(found, `mutation ${i}`).toBeInstanceOf(InputError);
      expect(found.message).toContain(name);
    } else expect(found, `mutation ${i}`).toMatchObject({ hash: model.hash });
  }
});

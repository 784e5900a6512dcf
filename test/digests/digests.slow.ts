/**
 * Digests of the parameters of thirteen trained models, and their evaluations, compared with those recorded before a refactoring.
 * `RECORD=1 npx vitest run --mode slow test/digests` records them again.
 *
 * Bytes depend on the processor's vector units, so a machine that never recorded compares nothing: its first model
 * already differs.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { evaluate, metaTrain } from "../../src/index.js";
import { classes, numbers, trainings } from "./trainings.js";

const record = "test/digests/recorded.json";
const folder = mkdtempSync(join(tmpdir(), "metamodal-digests-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Digest {
  /** SHA-256 of `model.safetensors`. */
  readonly weights: string;
  readonly evaluation: unknown;
}
/** Keys of the evaluation's JSON that were renamed after the record was made. */
const renamedKeys: Readonly<Record<string, string>> = { ci95: "halfWidth", hopeless: "uninformative" };
const withRenamedKeys = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [renamedKeys[key] ?? key, inner]))
    : value;

const recorded: Record<string, Digest> = existsSync(record)
  ? JSON.parse(readFileSync(record, "utf8"), withRenamedKeys)
  : {};

it.each(Object.keys(trainings))("%s", async (name) => {
  const { numbers: isNumbers, wholeSet, train, ...recipe } = trainings[name];
  const data = isNumbers ? numbers : classes;
  const model = await metaTrain({
    data,
    width: 8,
    seed: 5,
    threads: 1,
    ...recipe,
    ...(wholeSet
      ? {}
      : { episode: { ...(isNumbers ? {} : { way: 3 }), shot: 2, query: 3, ...recipe.episode } }),
    train: { steps: 4, metaBatch: 2, evalEvery: 2, evalEpisodes: 4, ...train },
  }).model();
  const path = join(folder, name);
  await model.save(path);
  const evaluation = await evaluate(model, {
    data,
    episodes: 12,
    ...(isNumbers ? {} : { way: 3 }),
    shot: 2,
    seed: 2,
  });
  const found: Digest = {
    weights: createHash("sha256")
      .update(readFileSync(join(path, "model.safetensors")))
      .digest("hex"),
    evaluation: JSON.parse(
      JSON.stringify(evaluation, (key, value) => (key === "msPerEpisode" ? undefined : value)),
    ),
  };
  if (process.env.RECORD) {
    recorded[name] = found;
    writeFileSync(record, `${JSON.stringify(recorded, null, 1)}\n`);
  }
  expect(found).toEqual(recorded[name]);
});

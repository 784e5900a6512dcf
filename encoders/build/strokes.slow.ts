/** The shipped strokes encoder on Omniglot's test classes, which it was neither trained nor selected on. */

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { random } from "../../src/base/random.js";
import { strokes } from "../../src/modality/builtin/strokes.js";

interface Row {
  readonly label: string;
  readonly split: string;
  readonly strokes: unknown;
}

const WAY = 5;
const EPISODES = 1000;
const QUERIES = 15;

const distance = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);

it("strokes alone are at least 97 % right, 5-way 1-shot", async () => {
  const text = gunzipSync(readFileSync("datasets/omniglot/metadata.jsonl.gz")).toString().trimEnd();
  const rows = text.split("\n").map((line) => JSON.parse(line) as Row);
  const classes = new Map<string, Float32Array[]>();
  const test = rows.filter(({ split }) => split === "test");
  const contents = await Promise.all(test.map((row, i) => strokes.contents(row.strokes, `row ${i}`)));
  for (const [i, { network }] of (await strokes.embed(contents)).entries())
    classes.set(test[i].label, [...(classes.get(test[i].label) ?? []), network]);
  const eligible = [...classes.values()].filter(({ length }) => length > 1);
  const r = random(0, "episodes");
  let total = 0;
  for (let episode = 0; episode < EPISODES; episode++) {
    const drawn = r
      .sample(eligible, WAY)
      .map((vectors) => r.sample(vectors, Math.min(vectors.length, 1 + QUERIES)));
    for (const [c, [, ...queries]] of drawn.entries()) {
      const right = queries.filter((query) => {
        const distances = drawn.map(([support]) => distance(query, support));
        return distances.indexOf(Math.min(...distances)) === c;
      });
      total += right.length / queries.length / WAY;
    }
  }
  expect(total / EPISODES).toBeGreaterThan(0.97);
}, 600_000);

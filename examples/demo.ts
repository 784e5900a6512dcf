/**
 * `npm run demo`: meta-train on Omniglot characters seen as image and as pen strokes, tell unseen characters apart
 * from one example each, and draw an episode. Every command is one that you can type yourself.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Dataset, episodePicture, loadModel, openDataset } from "metamodal";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const output = join(root, "demo-output");
const model = join(output, "omniglot.model");
const here = (path: string) => relative(process.cwd(), path) || ".";

/** Run a command of the command line, showing it first. */
function metamodal(...args: string[]): void {
  console.log(`\n$ metamodal ${args.join(" ")}`);
  const main = join(root, "dist/bundle/main.js");
  const { status } = spawnSync(process.execPath, [main, ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** The first rows of some classes: `shot` to adapt to, `query` to ask. */
function episodeOf(data: Dataset, classes: string[], shot: number, query: number) {
  const pick = (from: number, to: number): Dataset => ({
    ...data,
    rows: classes.flatMap((label) => data.rows.filter((row) => row.label === label).slice(from, to)),
  });
  return { support: pick(0, shot), queries: pick(shot, shot + query) };
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output);
const omniglot = here(join(root, "datasets/omniglot"));
metamodal("train", here(join(root, "examples/omniglot.yaml")), "--with-unimodal", "--out", here(model));
metamodal("evaluate", here(model), "--data", omniglot);
metamodal("evaluate", here(model), "--data", omniglot, "--way", "20", "--episodes", "200");

const data = await openDataset(omniglot);
const trained = await loadModel(model);
const classes = trained.card.classes.test.slice(0, 5);
const { support, queries } = episodeOf(data, classes, 1, 4);
const picture = join(output, "episode.svg");
writeFileSync(picture, await episodePicture(await trained.adapt(support), support, queries));
console.log(`\nOne episode drawn (support, queries, predictions, α): ${here(picture)}`);

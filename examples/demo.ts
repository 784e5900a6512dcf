/**
 * `npm run demo`: meta-train on Omniglot characters as images and pen strokes, evaluate on unseen characters, and draw an
 * episode. The output is in `demo-output`. Every command that it prints also works in a shell.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Dataset, episodePicture, loadModel, openDataset } from "metamodal";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const output = join(root, "demo-output");
const modelFolder = join(output, "omniglot.model");
const relativeToCwd = (path: string) => relative(process.cwd(), path) || ".";

/** Print a `metamodal` command and run it. */
function metamodal(...args: string[]): void {
  console.log(`\n$ metamodal ${args.join(" ")}`);
  const cli = join(root, "dist/bundle/main.js");
  const { status } = spawnSync(process.execPath, [cli, ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** An episode of the first rows of each class: `shot` support examples, then `query` queries. */
function firstEpisode(data: Dataset, classes: string[], shot: number, query: number) {
  const select = (start: number, end: number): Dataset => ({
    ...data,
    rows: classes.flatMap((label) => data.rows.filter((row) => row.label === label).slice(start, end)),
  });
  return { support: select(0, shot), queries: select(shot, shot + query) };
}

// 1. Meta-train and evaluate, on the command line.
rmSync(output, { recursive: true, force: true });
mkdirSync(output);
const omniglot = relativeToCwd(join(root, "datasets/omniglot"));
const recipe = relativeToCwd(join(root, "examples/omniglot.yaml"));
metamodal("train", recipe, "--with-unimodal", "--out", relativeToCwd(modelFolder));
metamodal("evaluate", relativeToCwd(modelFolder), "--data", omniglot);
metamodal("evaluate", relativeToCwd(modelFolder), "--data", omniglot, "--way", "20", "--episodes", "200");

// 2. Adapt to five unseen characters and draw the episode, with the library.
const data = await openDataset(omniglot);
const model = await loadModel(modelFolder);
const { support, queries } = firstEpisode(data, model.card.classes.test.slice(0, 5), 1, 4);
const task = await model.adapt(support);
const picture = join(output, "episode.svg");
writeFileSync(picture, await episodePicture(task, support, queries));
console.log(`\nepisode with predictions and fusion weights α: ${relativeToCwd(picture)}`);

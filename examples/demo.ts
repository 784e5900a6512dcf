/**
 * `npm run demo`: teach fruits from five emoji each, without training; then meta-train on Omniglot characters as
 * images and pen strokes, evaluate on unseen characters, and draw an episode. The output is in `demo-output`. Every command
 * that it prints also works in a shell.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Dataset, episodePicture, loadModel, loadTaughtTask, openDataset } from "metamodal";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const relativeToCwd = (path: string) => relative(process.cwd(), path) || ".";
const emoji = relativeToCwd(join(root, "datasets/emoji"));
const omniglot = relativeToCwd(join(root, "datasets/omniglot"));
const recipe = relativeToCwd(join(root, "examples/omniglot.yaml"));
const output = join(root, "demo-output");
const inOutput = (file: string) => relativeToCwd(join(output, file));

/** Print a `metamodal` command and run it. */
function metamodal(...args: string[]): void {
  console.log(`\n$ metamodal ${args.join(" ")}`);
  const cli = join(root, "dist/bundle/main.js");
  const { status } = spawnSync(process.execPath, [cli, ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** Print an expression and its value. */
const show = (code: string, value: unknown) => console.log(`${code}  // ${JSON.stringify(value)}`);

/** An episode of the first rows of each class: `shot` support examples, then `query` queries. */
function firstEpisode(data: Dataset, classes: string[], shot: number, query: number) {
  const select = (start: number, end: number): Dataset => ({
    ...data,
    rows: classes.flatMap((label) => data.rows.filter((row) => row.label === label).slice(start, end)),
  });
  return { support: select(0, shot), queries: select(shot, shot + query) };
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output);

// 1. Teach six fruits, predict pictures in other styles, and add a seventh fruit. Nothing is trained.
const fruit = inOutput("fruit.task");
metamodal("teach", join(emoji, "fruit"), "--out", fruit, "--picture", inOutput("fruit.svg"));
metamodal("predict", fruit, "--input", join(emoji, "new"));
metamodal("teach", fruit, "--add", join(emoji, "more"));
const taught = await loadTaughtTask(fruit);
const image = readFileSync(join(emoji, "new/cherries-twemoji.png"));
console.log("\nThe same in a program:");
show("task.classes", taught.classes);
show("await task.predict({ image })", await taught.predict({ image }));

// 2. Meta-train and evaluate, on the command line.
metamodal("train", recipe, "--with-unimodal", "--out", inOutput("omniglot.model"));
metamodal("evaluate", inOutput("omniglot.model"), "--data", omniglot);
metamodal("evaluate", inOutput("omniglot.model"), "--data", omniglot, "--way", "20", "--episodes", "200");

// 3. Adapt to five unseen characters and draw the episode, with the library.
const data = await openDataset(omniglot);
const model = await loadModel(join(output, "omniglot.model"));
const { support, queries } = firstEpisode(data, model.card.classes.test.slice(0, 5), 1, 4);
const task = await model.adapt(support);
const picture = join(output, "episode.svg");
writeFileSync(picture, await episodePicture(task, support, queries));
console.log(`\nepisode with predictions and fusion weights α: ${relativeToCwd(picture)}`);

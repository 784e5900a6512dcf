/**
 * `npm run compare`: compare all learners on Omniglot characters as images and pen strokes (under 15 minutes on 2 cores),
 * and write the table to `docs/methods.md`. The command that it runs also works in a shell.
 */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const command =
  "compare examples/omniglot.yaml --way 5 --budget 13 --set episode.query=5 --set train.learningRate=0.005 --set train.evalEvery=200";
const [begin, end] = ["<!-- comparison: begin -->", "<!-- comparison: end -->"];

const [load] = loadavg();
const started = performance.now();
const cli = join(root, "dist/bundle/main.js");
const { status, stdout } = spawnSync(process.execPath, [cli, ...command.split(" ")], {
  cwd: root,
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
});
if (status !== 0) process.exit(status ?? 1);
const minutes = (performance.now() - started) / 60_000;

const [{ model }] = cpus();
const date = new Date().toISOString().slice(0, 10);
const machine = `${model}, ${cpus().length} cores, Node ${process.version}`;
const provenance = `${date}, ${machine}: ${minutes.toFixed(1)} minutes in total, load ${load.toFixed(1)} at the start.`;
const page = join(root, "docs/methods.md");
const [before, rest] = readFileSync(page, "utf8").split(begin);
const [, after] = rest.split(end);
const block = `\`\`\`\n$ metamodal ${command}\n${stdout.trim()}\n\`\`\`\n\n${provenance}`;
writeFileSync(page, `${before}${begin}\n\n${block}\n\n${end}${after}`);
console.log(stdout);

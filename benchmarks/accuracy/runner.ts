/**
 * Runs what a set asks for, by the command line as a user would: convert, train, evaluate. Everything is kept in a work folder,
 * so that the same command goes on where it was stopped; what is asked for differently is done again.
 */

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { stringify } from "yaml";
import {
  type EvaluateOptions,
  type Evaluation,
  InputError,
  loadModel,
  openDataset,
} from "../../src/index.js";
import type { AccuracyEvaluation, AccuracyRun, AccuracySet, OtherRow } from "./types.js";

const main = join(
  dirname(createRequire(import.meta.url).resolve("metamodal/package.json")),
  "dist/bundle/main.js",
);
const defaultSeeds = [1, 2, 3];

/** Where things are and how they are run. */
export interface Place {
  /** The folder with the data sets. */
  readonly data: string;
  readonly work: string;
  readonly threads: number;
  readonly say: (line: string) => void;
}

/** One evaluation of one model. */
export interface Judged {
  /** The command's arguments after `metamodal`, run in the run's folder. */
  readonly args: readonly string[];
  readonly evaluation: Evaluation;
  readonly others: readonly OtherRow[];
}

export const seedsOf = ({ seeds = defaultSeeds }: AccuracyRun) => seeds;

/** A training of a run: the recipe's file, what it holds, and what trains and holds the model of a seed. */
interface Stage {
  readonly file: string;
  readonly text: string;
  readonly train: (seed: number | string) => readonly string[];
  readonly model: (seed: number | string) => string;
}

/** The trainings of a run, in their order; the last one's model is judged. */
export function stagesOf({ recipe, first, withUnimodal }: AccuracyRun): readonly Stage[] {
  const stage = (file: string, of: AccuracyRun["recipe"], model: Stage["model"], more: Stage["train"]) => {
    const train: Stage["train"] = (seed) => {
      return ["train", file, ...more(seed), "--seed", `${seed}`, "--out", model(seed)];
    };
    const style = { collectionStyle: "any", flowCollectionPadding: true } as const;
    const text = `# metamodal ${train("SEED").join(" ")}\n${stringify({ data: "../data", ...of }, style)}`;
    return { file, text, train, model };
  };
  const begun: Stage["model"] = (seed) => `first-${seed}.model`;
  const unimodal = withUnimodal ? ["--with-unimodal"] : [];
  return [
    ...(first ? [stage("first.yaml", first, begun, () => unimodal)] : []),
    stage("recipe.yaml", recipe, modelOf, (seed) => [...(first ? ["--from", begun(seed)] : []), ...unimodal]),
  ];
}

/** What judges a model of a run. */
export const evaluateArgs = ({ flags }: AccuracyEvaluation, seed: number | string): string[] => [
  "evaluate",
  modelOf(seed),
  "--data",
  "../data",
  ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, `${value}`]),
];

const modelOf = (seed: number | string) => `seed-${seed}.model`;
const folderOf = (place: Place, set: AccuracySet, run: AccuracyRun) => join(place.work, set.name, run.name);
const judgedFile = (folder: string, seed: number, { name }: AccuracyEvaluation) =>
  join(folder, `seed-${seed}.${name.replaceAll(/[^\w+-]+/g, "-")}.json`);

/** Make the data folder of a set, if there is none yet. */
export async function convert(set: AccuracySet, { data, work, say }: Place): Promise<void> {
  const [from, to] = [join(data, set.name), join(work, set.name, "data")];
  if (existsSync(to)) return;
  if (!existsSync(from)) throw noSet(set, from);
  say(`${set.name}: converting`);
  await set.convert(from, to);
}

/** Train and judge a run with each of its seeds. */
export async function perform(set: AccuracySet, run: AccuracyRun, place: Place): Promise<void> {
  const folder = folderOf(place, set, run);
  const stages = stagesOf(run);
  const { encoder } = run;
  if (encoder && !encoder.isInstalled())
    return place.say(`${set.name}/${run.name}: left out; to have its encoder: ${encoder.install}`);
  if (encoder && !existsSync(join(place.work, encoder.folder)))
    await encoder.write(join(place.work, encoder.folder));
  if (existsSync(folder) && !isOf(folder, stages)) rmSync(folder, { recursive: true });
  mkdirSync(folder, { recursive: true });
  for (const { file, text } of stages) writeFileSync(join(folder, file), text);
  for (const seed of seedsOf(run)) {
    for (const { file, train, model } of stages) {
      const path = join(folder, model(seed));
      if (existsSync(path)) continue;
      place.say(`${set.name}/${run.name}: training by ${file}, seed ${seed}`);
      await metamodal([...train(seed), ...goOn(`${path}.run`)], folder, place);
    }
    for (const evaluation of run.evaluations) {
      const args = evaluateArgs(evaluation, seed);
      if (judged(folder, seed, evaluation)) continue;
      place.say(`${set.name}/${run.name}: ${evaluation.name}, seed ${seed}`);
      const result = JSON.parse(await metamodal([...args, "--json"], folder, place)) as Evaluation;
      const others = await besides(evaluation, folder, join(folder, modelOf(seed)), place.threads);
      writeFileSync(
        judgedFile(folder, seed, evaluation),
        JSON.stringify({ args, evaluation: result, others }),
      );
    }
  }
}

/** What is there of a run: an evaluation's results by seed, in the seeds' order. */
export function resultsOf(
  set: AccuracySet,
  run: AccuracyRun,
  evaluation: AccuracyEvaluation,
  place: Place,
): Judged[] {
  const folder = folderOf(place, set, run);
  if (!isOf(folder, stagesOf(run))) return [];
  return seedsOf(run).flatMap((seed) => judged(folder, seed, evaluation) ?? []);
}

/** Whether what a run's folder holds was made by these trainings. */
const isOf = (folder: string, stages: readonly Stage[]) =>
  stages.every(({ file, text }) => {
    const path = join(folder, file);
    return existsSync(path) && readFileSync(path, "utf8") === text;
  });

/** The result that is kept, where it is of the same command. */
function judged(folder: string, seed: number, evaluation: AccuracyEvaluation): Judged | undefined {
  const file = judgedFile(folder, seed, evaluation);
  if (!existsSync(file)) return undefined;
  const kept = JSON.parse(readFileSync(file, "utf8")) as Judged;
  return kept.args.join(" ") === evaluateArgs(evaluation, seed).join(" ") ? kept : undefined;
}

/** The rows that the evaluation adds, on the same episodes. */
async function besides(
  { flags, besides: more }: AccuracyEvaluation,
  folder: string,
  path: string,
  threads: number,
): Promise<OtherRow[]> {
  if (!more) return [];
  const model = await loadModel(path, { threads });
  const data = await openDataset(join(folder, "../data"));
  return more(model, { ...(flags as Omit<EvaluateOptions, "data">), data });
}

/** `--resume` where a training was stopped; a run without a checkpoint is removed. */
function goOn(run: string): string[] {
  if (!existsSync(run)) return [];
  if (readdirSync(run).some((name) => name.includes("checkpoint"))) return ["--resume"];
  rmSync(run, { recursive: true });
  return [];
}

/** Run a command of the command line in `cwd`; its output. */
export function metamodal(args: readonly string[], cwd: string, { threads }: Place): Promise<string> {
  const all = [main, ...args, "--threads", `${threads}`];
  const child = spawn(process.execPath, all, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (status) => {
      if (status === 0) done(output);
      else failed(new Error(`metamodal ${args.join(" ")} ended with status ${status}`));
    });
  });
}

const noSet = ({ name }: AccuracySet, where: string) =>
  new InputError({
    code: "accuracy/no-set",
    where: resolve(where),
    problem: "there is no such folder",
    expected: `the folder of ${name}`,
    remedy: "Check --data, or leave the set out with --only.",
  });

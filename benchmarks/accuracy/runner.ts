/**
 * Runs a data set's conversion, trainings and evaluations through the command line, as a user would. Results are stored in a
 * work folder: the same command resumes an interrupted run and repeats what has a changed recipe or protocol.
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
import type { AdditionalRow, BenchmarkDataSet, BenchmarkEvaluation, BenchmarkRun } from "./types.js";

const cli = join(
  dirname(createRequire(import.meta.url).resolve("metamodal/package.json")),
  "dist/bundle/main.js",
);
const DEFAULT_SEEDS = [1, 2, 3];

/** Folders, threads and progress output of the benchmark. */
export interface RunContext {
  /** The folder with one folder per original data set. */
  readonly data: string;
  /** The folder of converted data sets, models and evaluations. */
  readonly work: string;
  readonly threads: number;
  readonly log: (line: string) => void;
}

/** The stored evaluation of one model. */
export interface SavedEvaluation {
  /** The command's arguments after `metamodal`, relative to the run's folder. */
  readonly args: readonly string[];
  readonly evaluation: Evaluation;
  readonly additionalRows: readonly AdditionalRow[];
}

export const seedsOf = ({ seeds = DEFAULT_SEEDS }: BenchmarkRun) => seeds;

/** One training of a run: its recipe file, and per seed the arguments of `metamodal` and the model's path. */
interface Stage {
  readonly file: string;
  /** Contents of the recipe file. */
  readonly text: string;
  readonly trainArgs: (seed: number | string) => readonly string[];
  readonly modelPath: (seed: number | string) => string;
}

/** The trainings of a run in order; the model of the last one is evaluated. */
export function stagesOf({ recipe, pretraining, withUnimodal }: BenchmarkRun): readonly Stage[] {
  const stage = (
    file: string,
    options: BenchmarkRun["recipe"],
    modelPath: Stage["modelPath"],
    extraArgs: Stage["trainArgs"],
  ) => {
    const trainArgs: Stage["trainArgs"] = (seed) => {
      return ["train", file, ...extraArgs(seed), "--seed", `${seed}`, "--out", modelPath(seed)];
    };
    const style = { collectionStyle: "any", flowCollectionPadding: true } as const;
    const yaml = stringify({ data: "../data", ...options }, style);
    return { file, text: `# metamodal ${trainArgs("SEED").join(" ")}\n${yaml}`, trainArgs, modelPath };
  };
  const pretrainedPath: Stage["modelPath"] = (seed) => `first-${seed}.model`;
  const unimodal = withUnimodal ? ["--with-unimodal"] : [];
  return [
    ...(pretraining ? [stage("first.yaml", pretraining, pretrainedPath, () => unimodal)] : []),
    stage("recipe.yaml", recipe, modelPathOf, (seed) => [
      ...(pretraining ? ["--from", pretrainedPath(seed)] : []),
      ...unimodal,
    ]),
  ];
}

/** The arguments of `metamodal` that evaluate a model of a run. */
export const evaluateArgs = ({ flags }: BenchmarkEvaluation, seed: number | string): string[] => [
  "evaluate",
  modelPathOf(seed),
  "--data",
  "../data",
  ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, `${value}`]),
];

const modelPathOf = (seed: number | string) => `seed-${seed}.model`;
const runFolder = ({ work }: RunContext, set: BenchmarkDataSet, run: BenchmarkRun) =>
  join(work, set.name, run.name);
const evaluationFile = (folder: string, seed: number, { name }: BenchmarkEvaluation) =>
  join(folder, `seed-${seed}.${name.replaceAll(/[^\w+-]+/g, "-")}.json`);

/** Convert a data set to a data folder, unless the folder exists. */
export async function convertDataSet(set: BenchmarkDataSet, { data, work, log }: RunContext): Promise<void> {
  const [from, to] = [join(data, set.name), join(work, set.name, "data")];
  if (existsSync(to)) return;
  if (!existsSync(from)) throw missingDataSet(set, from);
  log(`${set.name}: converting`);
  await set.convert(from, to);
}

/** Train and evaluate a run with each of its seeds, except for what the work folder already has. */
export async function trainAndEvaluate(
  set: BenchmarkDataSet,
  run: BenchmarkRun,
  context: RunContext,
): Promise<void> {
  const folder = runFolder(context, set, run);
  const stages = stagesOf(run);
  const { encoder } = run;
  if (encoder && !encoder.isInstalled())
    return context.log(
      `${set.name}/${run.name}: skipped, since its encoder is not installed: ${encoder.install}`,
    );
  if (encoder && !existsSync(join(context.work, encoder.folder)))
    await encoder.write(join(context.work, encoder.folder));
  if (existsSync(folder) && !hasStages(folder, stages)) rmSync(folder, { recursive: true });
  mkdirSync(folder, { recursive: true });
  for (const { file, text } of stages) writeFileSync(join(folder, file), text);
  for (const seed of seedsOf(run)) {
    for (const { file, trainArgs, modelPath } of stages) {
      const path = join(folder, modelPath(seed));
      if (existsSync(path)) continue;
      context.log(`${set.name}/${run.name}: training ${file}, seed ${seed}`);
      await metamodal([...trainArgs(seed), ...resumeArgs(`${path}.run`)], folder, context);
    }
    for (const evaluation of run.evaluations) {
      if (readEvaluation(folder, seed, evaluation)) continue;
      context.log(`${set.name}/${run.name}: ${evaluation.name}, seed ${seed}`);
      const saved = await evaluateModel(evaluation, seed, folder, context);
      writeFileSync(evaluationFile(folder, seed, evaluation), JSON.stringify(saved));
    }
  }
}

async function evaluateModel(
  evaluation: BenchmarkEvaluation,
  seed: number,
  folder: string,
  context: RunContext,
): Promise<SavedEvaluation> {
  const args = evaluateArgs(evaluation, seed);
  const output = await metamodal([...args, "--json"], folder, context);
  return {
    args,
    evaluation: JSON.parse(output) as Evaluation,
    additionalRows: await additionalRowsOf(evaluation, folder, modelPathOf(seed), context.threads),
  };
}

/** The stored evaluations of a run, in the order of its seeds; none if the recipes have changed. */
export function savedEvaluations(
  set: BenchmarkDataSet,
  run: BenchmarkRun,
  evaluation: BenchmarkEvaluation,
  context: RunContext,
): SavedEvaluation[] {
  const folder = runFolder(context, set, run);
  if (!hasStages(folder, stagesOf(run))) return [];
  return seedsOf(run).flatMap((seed) => readEvaluation(folder, seed, evaluation) ?? []);
}

/** Whether the recipe files of a run's folder equal those of the stages. */
const hasStages = (folder: string, stages: readonly Stage[]) =>
  stages.every(({ file, text }) => {
    const path = join(folder, file);
    return existsSync(path) && readFileSync(path, "utf8") === text;
  });

/** The stored evaluation, if it is the result of the same command. */
function readEvaluation(
  folder: string,
  seed: number,
  evaluation: BenchmarkEvaluation,
): SavedEvaluation | undefined {
  const file = evaluationFile(folder, seed, evaluation);
  if (!existsSync(file)) return undefined;
  const saved = JSON.parse(readFileSync(file, "utf8")) as SavedEvaluation;
  return saved.args.join(" ") === evaluateArgs(evaluation, seed).join(" ") ? saved : undefined;
}

async function additionalRowsOf(
  { flags, additionalRows }: BenchmarkEvaluation,
  folder: string,
  modelPath: string,
  threads: number,
): Promise<readonly AdditionalRow[]> {
  if (!additionalRows) return [];
  const model = await loadModel(join(folder, modelPath), { threads });
  const data = await openDataset(join(folder, "../data"));
  return additionalRows(model, { ...(flags as Omit<EvaluateOptions, "data">), data });
}

/** `--resume` for an interrupted training with a checkpoint; the folder of one without is removed. */
function resumeArgs(trainingFolder: string): string[] {
  if (!existsSync(trainingFolder)) return [];
  if (readdirSync(trainingFolder).some((name) => name.includes("checkpoint"))) return ["--resume"];
  rmSync(trainingFolder, { recursive: true });
  return [];
}

/** Run `metamodal` in the folder `cwd`. Returns its standard output. */
export function metamodal(args: readonly string[], cwd: string, { threads }: RunContext): Promise<string> {
  const allArgs = [cli, ...args, "--threads", `${threads}`];
  const child = spawn(process.execPath, allArgs, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve(output);
      else reject(new Error(`metamodal ${args.join(" ")} ended with status ${status}`));
    });
  });
}

const missingDataSet = ({ name }: BenchmarkDataSet, where: string) =>
  new InputError({
    code: "accuracy/no-set",
    where: resolve(where),
    problem: "there is no such folder",
    expected: `the folder of ${name}`,
    remedy: "Check --data, or leave the data set out with --only.",
  });

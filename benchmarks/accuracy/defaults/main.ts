/**
 * `npm run defaults -- --data FOLDER`: what `metamodal train DATA --with-unimodal` reaches on each open set and nothing else
 * said, beside floors that need no training; written into docs/results/defaults.md. The same command goes on with what is
 * there.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Evaluation, loadModel, openDataset } from "../../../src/index.js";
import { against } from "../rival.js";
import { convert, metamodal, type Place } from "../runner.js";
import { sets } from "../sets/index.js";
import type { OtherRow } from "../types.js";
import { floorName, floorOf } from "./floors.js";
import { type Judged, judged } from "./judged.js";

/** What is kept of a set. */
interface Result {
  readonly evaluation: Evaluation;
  readonly floors: readonly OtherRow[];
  /** Seconds of training by part. */
  readonly seconds: Readonly<Record<string, number>>;
}

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    only: { type: "string", default: "" },
    work: { type: "string", default: "accuracy-output" },
    out: { type: "string", default: "docs/results" },
    episodes: { type: "string", default: "1000" },
    minutes: { type: "string" },
  },
});

const place: Place = {
  data: values.data ?? "",
  work: resolve(values.work),
  threads: cpus().length,
  say: (line) => process.stderr.write(`${line}\n`),
};

async function folderOf({ set }: Judged): Promise<string | undefined> {
  if (set === "omniglot") return resolve("datasets/omniglot");
  const found = sets.find(({ name }) => name === set);
  if (!found || !existsSync(join(place.data, set))) return undefined;
  await convert(found, place);
  return join(place.work, set, "data");
}

async function resultOf(one: Judged, data: string): Promise<Result> {
  const folder = join(place.work, "defaults");
  const file = join(folder, `${one.set}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Result;
  mkdirSync(folder, { recursive: true });
  const path = `${one.set}.model`;
  const modalities = one.modalities ? ["--modalities", one.modalities.join(",")] : [];
  place.say(`${one.set}: training`);
  const budget = values.minutes ? ["--minutes", values.minutes] : [];
  const events = await metamodal(
    ["train", data, "--with-unimodal", ...modalities, ...budget, "--out", path, "--json"],
    folder,
    place,
  );
  const done = events
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; part: string; seconds: number })
    .filter(({ type }) => type === "done");
  place.say(`${one.set}: evaluating`);
  const flags = Object.entries(one.flags).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const output = await metamodal(
    ["evaluate", path, "--data", data, ...flags, "--episodes", values.episodes, "--json"],
    folder,
    place,
  );
  const model = await loadModel(join(folder, path), { threads: place.threads });
  const dataset = await openDataset(data);
  const floors: OtherRow[] = [];
  for (const [name, { kind }] of Object.entries(model.card.modalities)) {
    const floor = against(floorName(kind, name), floorOf(name));
    const options = { ...one.flags, episodes: Number(values.episodes), data: dataset };
    floors.push(...(await floor(model, options)));
  }
  const result: Result = {
    evaluation: JSON.parse(output) as Evaluation,
    floors,
    seconds: Object.fromEntries(done.map(({ part, seconds }) => [part, seconds])),
  };
  writeFileSync(file, JSON.stringify(result));
  return result;
}

const percent = (share: number) => (100 * share).toFixed(1);

/** The best row of one modality alone among those that both sides of a row show. */
function sharedBest({ rows }: Evaluation, support: readonly string[], query: readonly string[]) {
  const shared = support.filter((name) => query.includes(name));
  const own = rows.filter(({ kind, name }) => kind === "alone" && shared.includes(name));
  return own.length > 0 ? Math.max(...own.map(({ accuracy }) => accuracy!)) : undefined;
}

function sectionOf({ set, flags, known }: Judged, { evaluation, floors, seconds }: Result): string {
  const lines = evaluation.rows.map(({ kind, name, support, query, accuracy, halfWidth }) => {
    const isMissing = kind === "support-missing" || kind === "query-missing";
    const best = isMissing ? sharedBest(evaluation, support, query) : undefined;
    const against =
      best !== undefined
        ? `at least ${percent(best - 0.02)}: ${accuracy! >= best - 0.02 ? "met" : "**missed**"}`
        : kind === "fused" && known !== undefined
          ? `at least ${percent(0.95 * known)}: ${accuracy! >= 0.95 * known ? "met" : "**missed**"}`
          : "";
    const time = kind === "fused" || kind === "alone" ? (seconds[name]?.toFixed(0) ?? "") : "";
    return `| ${kind} | ${name} | ${percent(accuracy!)} ± ${percent(halfWidth)} | ${against} | ${time} |`;
  });
  const floorLines = floors.map(
    ({ name, accuracy, halfWidth }) =>
      `| baseline | ${name} | ${percent(accuracy)} ± ${percent(halfWidth)} | | |`,
  );
  const across = flags.across ? `, across ${flags.across}` : "";
  return [
    `## ${set}: ${flags.way}-way ${flags.shot}-shot${across}`,
    ["| row | | accuracy, % | target | seconds of training |", "| --- | --- | ---: | --- | ---: |"]
      .concat(lines, floorLines)
      .join("\n"),
  ].join("\n\n");
}

const sections: string[] = [];
const only = values.only.split(",").filter(Boolean);
for (const one of judged) {
  if (only.length > 0 && !only.includes(one.set)) continue;
  const data = await folderOf(one);
  if (!data) {
    place.say(`${one.set}: left out, since ${join(place.data, one.set)} is not there`);
    continue;
  }
  sections.push(sectionOf(one, await resultOf(one, data)));
}
const [{ model }] = cpus();
const page = [
  "# Accuracy of the default recipe",
  "Accuracy of `metamodal train DATA --with-unimodal` without other options: seed 0, unseen classes, inductive. " +
    "Generated by this command:",
  `\`\`\`\nnpm run defaults -- --data FOLDER${values.minutes ? ` --minutes ${values.minutes}` : ""}\n\`\`\``,
  ...(values.minutes
    ? [`Each model had ${values.minutes} minutes at most, fewer than the 5 that \`train\` takes by default.`]
    : []),
  `${new Date().toISOString().slice(0, 10)}, ${model}, ${cpus().length} threads, Node ${process.version}.`,
  "Targets: for the first row, 95 % of the accuracy in docs/results without pretrained encoders; for a row with a " +
    "missing modality, the best single modality that support and query share, minus two points. Baselines are nearest " +
    "centroids of the encoders' inputs.",
  ...sections,
].join("\n\n");
writeFileSync(join(values.out, "defaults.md"), `${page}\n`);
place.say(`wrote ${join(values.out, "defaults.md")}`);

/** The data sets on which reports and `unknown` of taught tasks are measured: embedded examples of test classes. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Dataset, openDataset } from "../../../src/index.js";
import { embedRows } from "../../../src/teach/embed.js";
import { withModalities } from "../../../src/teach/modalities.js";
import type { EmbeddedExample } from "../../../src/teach/types.js";
import { dataSets } from "../data-sets/index.js";
import { convertDataSet, type RunContext } from "../runner.js";

interface BaseSet {
  /** Name of the data set in the accuracy benchmark. */
  readonly name: string;
  readonly title: string;
  /** Its folder, if it is shipped with the package. */
  readonly folder?: string;
  /** Modalities to use; default: all. */
  readonly modalities?: readonly string[];
}

export const baseSets: readonly BaseSet[] = [
  { name: "icons", title: "icons" },
  { name: "emoji", title: "emoji: image", modalities: ["image"] },
  { name: "photos", title: "photos of groceries" },
  { name: "noises", title: "noises" },
  { name: "arabic_speech_commands", title: "Arabic words" },
  { name: "clinc150", title: "CLINC150" },
  { name: "leaf100", title: "leaf100" },
  { name: "omniglot", title: "Omniglot", folder: "datasets/omniglot" },
];

/** Rows of test classes, which tasks are drawn from, and their vectors. */
export interface BaseData {
  readonly title: string;
  readonly data: Dataset;
  readonly classes: readonly string[];
  readonly byId: ReadonlyMap<string, EmbeddedExample>;
}

/** Open a set; undefined if its original files are not there. Groups are left out: tasks are drawn from all rows alike. */
export async function openBaseSet(
  { name, title, folder, modalities }: BaseSet,
  context: RunContext,
): Promise<BaseData | undefined> {
  const path = folder ?? (await converted(name, context));
  if (!path) return undefined;
  const whole = withModalities(await openDataset(path), modalities);
  const rows = whole.rows
    .filter(({ split, label }) => split === "test" && label !== undefined)
    .map((row) => ({ ...row, group: undefined }));
  const { examples } = await embedRows({ ...whole, rows }, {});
  const byId = new Map(examples.map((example) => [example.id, example]));
  const data = { ...whole, rows: rows.filter(({ id }) => byId.has(id)) };
  return { title, data, classes: [...new Set(data.rows.map(({ label }) => label!))].sort(), byId };
}

/** The folder of a set that is converted from its original files; undefined without them. */
async function converted(name: string, context: RunContext): Promise<string | undefined> {
  const set = dataSets.find((each) => each.name === name);
  if (!set || !existsSync(join(context.data, name))) return undefined;
  await convertDataSet(set, context);
  return join(context.work, name, "data");
}

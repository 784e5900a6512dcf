/** `metamodal runs compare`: training runs side by side, with what differs in their recipes. */

import type { RunRecord } from "../../runs/run-record.js";
import type { CommandWith } from "../command.js";
import { text } from "../option.js";
import { print, printJson } from "../output.js";
import { pictureFor } from "../place.js";
import { mainPart, readEach, runsAt, scoreText, stepText, withIndex } from "../runs.js";
import { json } from "../shared-options.js";
import { table } from "../text.js";

const options = {
  picture: text("FILE", "also draw the validation curves of the best twelve: a .png or .svg file"),
  ...json,
};

/** Curves in a picture. */
const DRAWN = 12;

export const runsCompare: CommandWith<typeof options> = {
  name: "runs compare",
  args: [],
  takesMore: "RUN|DIR...",
  summary:
    "Compare training runs: the best validation score first, with the fields of the recipe that differ.",
  examples: [
    "metamodal runs compare a.model b.model",
    "metamodal runs compare experiments --picture curves.svg",
    "metamodal runs compare experiments --json",
  ],
  options,

  async run({ args, values }) {
    const picture = values.picture === undefined ? undefined : pictureFor(values.picture);
    const { runsPicture } = await import("../../runs/picture.js");
    const { runName } = await import("../../runs/run-record.js");
    const paths = await runsAt(args);
    const { records, damaged, curves } = await withIndex((index) => {
      const { results, damaged } = readEach(paths, (path) => index.run(path));
      const records = results.sort(byScore);
      const drawn = picture ? records.slice(0, DRAWN) : [];
      const curves = drawn.flatMap((record) =>
        index
          .curves(record.path)
          .filter(({ part }) => part === mainPart(record)?.part)
          .map((curve) => ({ ...curve, title: runName(record.path) })),
      );
      return { records, damaged, curves };
    });
    const fields = differing(records);
    if (picture) await picture.write(runsPicture(curves));
    if (values.json)
      return printJson({
        differing: fields,
        runs: records,
        damaged,
        ...(picture && { picture: values.picture }),
      });
    const rows = records.map((record) => {
      const part = mainPart(record);
      const values = flatRecipe(record);
      return [
        runName(record.path),
        record.state,
        part ? stepText(part) : "",
        scoreText(part?.best),
        ...fields.map((field) => values.get(field) ?? ""),
      ];
    });
    const number = (title: string) => ({ title, right: true });
    const columns = [{ title: "run" }, { title: "state" }, number("step"), number("validation")];
    print(table([...columns, ...fields.map((title) => ({ title }))], rows));
  },
};

/** The best validation score first, runs without one last. */
function byScore(a: RunRecord, b: RunRecord): number {
  const value = (record: RunRecord) => {
    const best = mainPart(record)?.best;
    if (!best) return Number.NEGATIVE_INFINITY;
    return best.accuracy ?? -best.mse!;
  };
  return value(b) - value(a) || (a.path < b.path ? -1 : 1);
}

/** The fields of recipes, as paths, that are not equal in all runs. */
function differing(records: readonly RunRecord[]): string[] {
  const flat = records.map(flatRecipe);
  const fields = new Set(flat.flatMap((values) => [...values.keys()]));
  return [...fields].filter((field) => new Set(flat.map((values) => values.get(field))).size > 1);
}

/** The fields of a run's data and recipe: `train.learningRate`, and their values as text. */
function flatRecipe({ recipe, data }: RunRecord): Map<string, string> {
  const found = new Map<string, string>(data === undefined ? [] : [["data", data]]);
  const visit = (value: unknown, path: string) => {
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      for (const [key, inner] of Object.entries(value)) visit(inner, path ? `${path}.${key}` : key);
    else if (value !== undefined) found.set(path, typeof value === "string" ? value : JSON.stringify(value));
  };
  visit(recipe, "");
  return found;
}

/** What a recipe or an evaluation asks episodes to show (data/view.ts), checked against the modalities there are. */

import { InputError } from "../base/errors.js";
import { labelModality, type Row, saysSomething, type TaskKind } from "../data/index.js";
import type { View } from "../episode/index.js";
import type { ModalitySpec } from "../modality/index.js";

/** What is asked; what is absent shows all modalities, and no names. */
export interface AskedView {
  /** The modalities that the support shows. */
  supportModalities?: readonly string[];
  /** The modalities that the query shows. */
  queryModalities?: readonly string[];
  /** Support examples a class that show the text of its label alone. */
  labelShots?: number;
}

/** The view that is asked of a task whose modalities are `specs`; `at` names a field in errors. */
export function viewOf(
  asked: AskedView,
  specs: Readonly<Record<string, ModalitySpec>>,
  task: TaskKind,
  at: (field: keyof AskedView) => string,
): View {
  const all = Object.keys(specs);
  const { labelShots = 0 } = asked;
  const shown = (field: "supportModalities" | "queryModalities") => {
    const names = asked[field] ?? all;
    const other = names.find((name) => !all.includes(name));
    if (other !== undefined || names.length === 0) throw noModality(at(field), other, all);
    return all.filter((name) => names.includes(name));
  };
  if (!Number.isInteger(labelShots) || labelShots < 0) throw badCount(at("labelShots"), labelShots);
  if (labelShots > 0 && task === "regression") throw noNames(at("labelShots"));
  if (labelShots > 0 && labelModality(specs) === undefined) throw noText(at("labelShots"), all);
  return { support: shown("supportModalities"), query: shown("queryModalities"), labelShots };
}

/** Whether some example is seen less of than it has. */
export const withholds = ({ support, query }: View, modalities: readonly string[]): boolean =>
  support.length < modalities.length || query.length < modalities.length;

/** Refuse label shots of a label that says nothing. */
export function checkNames(rows: readonly Row[], { labelShots = 0 }: View): void {
  if (labelShots === 0) return;
  const mute = rows.find(({ label }) => label !== undefined && !saysSomething(label));
  if (!mute) return;
  throw new InputError({
    code: "view/mute-label",
    where: `${mute.where}, field "label"`,
    problem: `the label "${mute.label}" has no word, and label shots are the names of classes as text`,
    expected: "names of classes in words",
    remedy: "Name the classes, or set label shots to 0.",
  });
}

const noModality = (where: string, name: string | undefined, all: readonly string[]) =>
  new InputError({
    code: "view/no-modality",
    where,
    problem: name === undefined ? "it names no modality" : `"${name}" is not among the modalities in use`,
    expected: `some of ${all.join(", ")}`,
    remedy: "Correct the name, or leave it out to show all.",
  });

const badCount = (where: string, value: number) =>
  new InputError({
    code: "view/bad-label-shots",
    where,
    problem: `the value is ${value}`,
    expected: "a whole number of at least 0",
    remedy: "Leave it out for none.",
  });

const noNames = (where: string) =>
  new InputError({
    code: "view/no-names",
    where,
    problem: "the labels are numbers, which are no names",
    expected: "0, or labels that are names of classes",
    remedy: "Leave it out.",
  });

const noText = (where: string, all: readonly string[]) =>
  new InputError({
    code: "view/no-text",
    where,
    problem: `names of classes are texts, and no modality is text: ${all.join(", ")}`,
    expected: "a modality of kind text, whose encoder reads names too",
    remedy: "Add one, or leave it out.",
  });

/** The view options of a recipe or an evaluation (episode/view.ts), checked against the model's modalities. */

import { InputError } from "../base/errors.js";
import { hasWord, labelModality, type Row, type TaskKind } from "../data/index.js";
import type { View } from "../episode/index.js";
import type { ModalitySpec } from "../modality/index.js";

/** What episodes show of their examples. */
export interface ViewOptions {
  /** The modalities of support examples; default all. */
  supportModalities?: readonly string[];
  /** The modalities of queries; default all. */
  queryModalities?: readonly string[];
  /** Additional support examples per class that are the class name as text; default 0. */
  labelShots?: number;
}

/** The view of `options` for a model whose modalities are `specs`; `at` names an option in errors. */
export function viewOf(
  options: ViewOptions,
  specs: Readonly<Record<string, ModalitySpec>>,
  task: TaskKind,
  at: (field: keyof ViewOptions) => string,
): View {
  const all = Object.keys(specs);
  const { labelShots = 0 } = options;
  const modalitiesOf = (field: "supportModalities" | "queryModalities") => {
    const names = options[field] ?? all;
    const other = names.find((name) => !all.includes(name));
    if (other !== undefined || names.length === 0) throw noModality(at(field), other, all);
    return all.filter((name) => names.includes(name));
  };
  if (!Number.isInteger(labelShots) || labelShots < 0) throw badCount(at("labelShots"), labelShots);
  if (labelShots > 0 && task === "regression") throw regressionHasNoNames(at("labelShots"));
  if (labelShots > 0 && labelModality(specs) === undefined) throw noText(at("labelShots"), all);
  return { support: modalitiesOf("supportModalities"), query: modalitiesOf("queryModalities"), labelShots };
}

/** Whether a view withholds any of the modalities. */
export const withholds = ({ support, query }: View, modalities: readonly string[]): boolean =>
  support.length < modalities.length || query.length < modalities.length;

/** Throw an `InputError` if a view has label shots and the name of a class has no word. */
export function checkLabelNames(rows: readonly Row[], { labelShots = 0 }: View): void {
  if (labelShots === 0) return;
  const wordless = rows.find(({ label }) => label !== undefined && !hasWord(label));
  if (!wordless) return;
  throw new InputError({
    code: "view/mute-label",
    where: `${wordless.where}, field "label"`,
    problem: `the label "${wordless.label}" has no word, and label shots are class names as text`,
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
    remedy: "Correct the name, or leave it out for all modalities.",
  });

const badCount = (where: string, value: number) =>
  new InputError({
    code: "view/bad-label-shots",
    where,
    problem: `the value is ${value}`,
    expected: "a whole number of at least 0",
    remedy: "Leave it out for none.",
  });

const regressionHasNoNames = (where: string) =>
  new InputError({
    code: "view/no-names",
    where,
    problem: "the model is trained for regression, whose labels are not class names",
    expected: "0, or labels that are names of classes",
    remedy: "Leave it out.",
  });

const noText = (where: string, all: readonly string[]) =>
  new InputError({
    code: "view/no-text",
    where,
    problem: `label shots are class names as text, and no modality is text: ${all.join(", ")}`,
    expected: "a modality of kind text, whose encoder reads names too",
    remedy: "Add one, or leave it out.",
  });

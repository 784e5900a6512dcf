/** The errors of fields of a row. */

import { InputError } from "../base/errors.js";
import { shown } from "../modality/index.js";
import type { DatasetCard } from "./card.js";
import { declaredNames } from "./columns/cells.js";
import { extensionsOf } from "./kinds.js";
import { someOf } from "./listed.js";
import { splits } from "./splits.js";
import type { TaskKind } from "./task.js";

export const badField = (value: unknown, where: string) =>
  new InputError({
    code: "data/bad-field",
    where,
    problem: `the value is ${shown(value)}`,
    expected: "a string",
    remedy: "Write it in quotes, or leave the field out.",
  });

export const badLabel = (value: unknown, where: string) =>
  new InputError({
    code: "data/bad-field",
    where,
    problem: `the label is ${shown(value)}`,
    expected: "a string that names the class, or a number to predict",
    remedy: 'Write a class as a string: "3".',
  });

export const badTarget = (value: number, where: string) =>
  new InputError({
    code: "data/bad-number",
    where,
    problem: `the label is ${shown(value)}`,
    expected: "a finite number in the range of float32",
    remedy: "Correct it, or leave out the label if it is unknown.",
  });

export const otherTask = (value: unknown, known: TaskKind, where: string, firstWhere: string) =>
  new InputError({
    code: "data/mixed-labels",
    where,
    problem: `the label is ${shown(value)}`,
    expected: `a ${known === "regression" ? "number" : "string"}, as ${firstWhere} says: all labels are names of classes, or all are numbers`,
    remedy: "Write classes as strings and numbers to predict as numbers, not both in one data set.",
  });

export const badSplit = (value: unknown, where: string) =>
  new InputError({
    code: "data/bad-split",
    where,
    problem: `the split is ${shown(value)}`,
    expected: `${splits.join(", ")}, or a word for one of them, such as validation`,
    remedy: "Rename the split, or leave it out.",
  });

export const badFileName = (value: unknown, where: string) =>
  new InputError({
    code: "data/bad-file-name",
    where,
    problem: `the file name is ${shown(value)}`,
    expected: "a path relative to the data folder",
    remedy: "Write the path as a string, or leave the field out.",
  });

export const unknownField = (value: unknown, where: string) =>
  new InputError({
    code: "data/unknown-field",
    where,
    problem: `${shown(value)} is not a value of any modality`,
    expected: "a string (text), [[[x, y], …], …] (strokes), a flat number array (vector) or an image",
    remedy: "Remove the field, or list it under `columns` of a tabular modality in dataset.json.",
  });

export const unknownMedia = (file: string, where: string) =>
  new InputError({
    code: "data/unknown-media",
    where,
    problem: `the extension of "${file}" is not that of a media file`,
    expected: `one of ${extensionsOf()}`,
    remedy: "Convert or rename the file, or declare the modality's kind in dataset.json.",
  });

export const givenTwice = (modality: string, where: string) =>
  new InputError({
    code: "data/modality-twice",
    where,
    problem: `the modality "${modality}" is given twice in this row`,
    expected: "one value per modality",
    remedy: `Keep either "${modality}" or "${modality}_file_name".`,
  });

export const otherKind = (modality: string, kind: string, first: string, where: string, firstWhere: string) =>
  new InputError({
    code: "data/mixed-kinds",
    where,
    problem: `"${modality}" is of kind ${kind} here but ${first} in ${firstWhere}`,
    expected: "one kind per modality",
    remedy:
      kind === "text" && (first === "image" || first === "audio")
        ? `Give the contents of the file, await readFile(path), or in a data folder its path as \`${modality}_file_name\`.`
        : "Use another modality name for the other kind.",
  });

export function emptyRow(where: string, { modalities }: DatasetCard): InputError {
  const names = Object.entries(modalities).map(([name, { kind, options }]) => {
    const columns = kind === "tabular" ? declaredNames(options) : [];
    if (columns.length === 0) return kind === "text" ? name : `${name} (${kind})`;
    return `${name}, by its columns ${someOf(columns)}`;
  });
  return new InputError({
    code: "data/empty-row",
    where,
    problem: "the row has no modality",
    expected:
      names.length > 0
        ? `at least one of ${names.join("; ")}`
        : "at least one of `<modality>` or `<modality>_file_name`",
    remedy: "Add a value, or remove the row.",
  });
}

export const duplicateId = (id: string, where: string, other: string) =>
  new InputError({
    code: "data/duplicate-id",
    where: `${where}, field "id"`,
    problem: `the id "${id}" is already used in ${other}`,
    expected: "a different id in every row",
    remedy: "Rename one of the two, or leave both out.",
  });

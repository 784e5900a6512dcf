/** Teaching: a task from a handful of examples by the base model, without training. */

import { copyOf } from "../base/copy.js";
import { InputError } from "../base/errors.js";
import { checkOptions } from "../base/given.js";
import type { ModalityDeclarations, Notice } from "../data/index.js";
import { checkExamples, createDataset, isDataset, taskOf } from "../data/index.js";
import { supportOf } from "../episode/index.js";
import { absenceNotices } from "./absent.js";
import { contradictions } from "./contradictions.js";
import { type EmbedOptions, embedRows } from "./embed.js";
import { type FitOptions, sortedKinds } from "./fit-task.js";
import { mergeExamples } from "./merge.js";
import { originalsOf } from "./originals.js";
import { type PretrainedChoice, planPretrained } from "./pretrained.js";
import { type TaughtExamples, TaughtTask } from "./task.js";
import type { EmbeddedExample } from "./types.js";

export interface TeachOptions extends EmbedOptions, FitOptions {
  /** Pretrained encoders in place of the built-in ones, by modality or kind. */
  readonly encoders?: PretrainedChoice;
  /** Further support examples per class that are the class name as text; default 0. */
  readonly labelShots?: number;
  /** The kinds and options of modalities, for examples in memory whose form does not show them: tables, and sounds in a Blob. */
  readonly modalities?: ModalityDeclarations;
  /** Whether the saved task holds the examples themselves, besides their vectors; default false. */
  readonly keepExamples?: boolean;
  /** Called with what was left out or inferred. */
  readonly onNotice?: (notice: Notice) => void;
}

/**
 * Teach a task of at least two classes, with one or more examples each, or of numbers. Examples may have any modalities; some
 * may be missing. If examples have a `split`, only those of `train` are used, as long as there are any.
 *
 * @throws {InputError} `task/one-class` and `task/no-label` for examples without two classes or without labels, `pretrained/…`
 * for a model of `encoders` that is not there or does not fit
 * @example
 * const task = await teach([
 *   { label: "ox-eye", image: photo, text: "white ray florets" },
 *   { label: "poppy", image: another },
 * ]);
 * task.report; // the accuracy by leaving examples out, or why it cannot be known yet
 * const { label, unknown } = await task.predict({ image: photo });
 */
export async function teach(examples: TaughtExamples, options: TeachOptions = {}): Promise<TaughtTask> {
  checkOptions(options, "teach");
  const {
    encoders,
    labelShots = 0,
    keepExamples = false,
    modalities,
    onNotice,
    ...embedding
  } = copyOf(options);
  if (!isDataset(examples)) checkExamples(examples);
  const given = isDataset(examples) ? examples : createDataset({ name: "examples", examples, modalities });
  const dataset = supportOf(given, { asGiven: true });
  const unlabelled = dataset.rows.find(({ label, target }) => label === undefined && target === undefined);
  if (unlabelled) throw noLabel(unlabelled.where);
  const classes = new Set(dataset.rows.map(({ label }) => label));
  const pretrained = await planPretrained(dataset, encoders);
  const embedded = await embedRows(dataset, embedding, pretrained);
  const absent = absenceNotices(dataset.kinds, pretrained);
  for (const notice of [...dataset.notices, ...absent, ...embedded.notices]) onNotice?.(notice);
  const { all, renamed } = mergeExamples([], embedded.examples);
  for (const notice of [...strayModalities(all, dataset.name), ...contradictions(all, dataset.name)])
    onNotice?.(notice);
  for (const label of classes)
    if (label !== undefined && !all.some((example) => example.label === label))
      throw emptyClass(label, dataset.name, embedded.notices);
  const parts = {
    kinds: sortedKinds(dataset.kinds),
    ...(dataset.reading && { reading: dataset.reading }),
    task: taskOf(dataset.rows) ?? ("classification" as const),
    labelShots,
    pretrained,
    examples: all,
    ...(keepExamples && { originals: await originalsOf(dataset, renamed) }),
  };
  return TaughtTask.of(parts, undefined, embedding);
}

/** Notices of modalities that only one of several classes has: a stray text file among pictures, for example. */
function strayModalities(examples: readonly EmbeddedExample[], where: string): Notice[] {
  const classes = new Map<string, Set<string>>();
  for (const { label, digests } of examples)
    for (const name of Object.keys(digests))
      if (label !== undefined) classes.set(name, (classes.get(name) ?? new Set()).add(label));
  return [...classes].flatMap(([name, [label, ...others]]): Notice[] =>
    classes.size < 2 || others.length > 0
      ? []
      : [
          {
            code: "teach/stray-modality",
            where,
            text: `only class "${label}" has the modality "${name}", which therefore separates no classes; the option \`modalities\` names those to use`,
            suspect: true,
          },
        ],
  );
}

const noLabel = (where: string) =>
  new InputError({
    code: "task/no-label",
    where,
    problem: "the example has no label",
    expected: "a label for every example",
    remedy: "Add it, put files into a folder per class, or name the column with the option `label`.",
  });

const emptyClass = (label: string, where: string, [first]: readonly Notice[]) =>
  new InputError({
    code: "teach/unreadable-class",
    where,
    problem: `no example of class "${label}" can be decoded${first ? ` (${first.text})` : ""}`,
    expected: "at least one readable example per class",
    remedy: "Mend or add files, or take the class out.",
  });

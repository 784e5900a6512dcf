/** Finds the modality of an input that names none, and states errors of inputs. */

import { InputError } from "../../base/errors.js";
import { kindOfPath } from "../../data/index.js";
import type { ModalityKind, ModalitySpec } from "../../modality/index.js";

export type Specs = Readonly<Record<string, ModalitySpec>>;

/** Whether the model has a modality of a kind. */
export const takes = (specs: Specs, kind: ModalityKind): boolean =>
  Object.values(specs).some((spec) => spec.kind === kind);

/** The kind of a media file: an SVG is strokes if the model takes strokes and no image. */
export function kindFor(path: string, specs: Specs): ModalityKind | undefined {
  const isDrawing = /\.svg$/i.test(path) && takes(specs, "strokes") && !takes(specs, "image");
  return isDrawing ? "strokes" : kindOfPath(path);
}

/**
 * The model's only modality of a kind.
 * @throws {InputError} `cli/bad-input` if it has none or several
 */
export function only(kind: ModalityKind, specs: Specs, path: string): string {
  const names = Object.keys(specs).filter((name) => specs[name].kind === kind);
  if (names.length === 1) return names[0];
  const problem =
    names.length === 0
      ? `it is ${kind}, and the model takes no ${kind}`
      : `the model takes ${names.join(" and ")}, all of kind ${kind}`;
  const remedy =
    names.length === 0
      ? `Give ${Object.keys(specs).join(" or ")} instead.`
      : 'Name the modality in a .json file: { "<modality>_file_name": "…" }.';
  throw bad(path, problem, remedy);
}

/** The error of an input that cannot be read. */
export const bad = (where: string, problem: string, remedy: string) =>
  new InputError({
    code: "cli/bad-input",
    where,
    problem,
    expected:
      "a data folder or an archive of one, a folder of media files, a media file, a .json file with strokes, a vector or examples, a .jsonl of examples, or - for standard input",
    remedy,
  });

/** The built-in encoders that made the vectors of a stored task, which must be those of this installation. */

import { z } from "zod";
import { InputError } from "../base/errors.js";
import type { DeclaredModality } from "../data/index.js";
import { builtinIdentity, builtinKinds, differenceFrom } from "../modality/builtin/index.js";
import type { ModalityKind } from "../modality/index.js";

/** The version of a kind's built-in encoders, and the SHA-256 of their files. */
export const identity = z.strictObject({ version: z.int(), files: z.record(z.string(), z.string()) });

/** Built-in encoders by the kind whose vectors they make. */
export type Encoders = Readonly<Partial<Record<ModalityKind, z.output<typeof identity>>>>;

/** The built-in encoders of a task's modalities, without those that pretrained encoders replace. */
export function encodersOf({
  kinds: declared,
  pretrained,
}: {
  readonly kinds: Readonly<Record<string, DeclaredModality>>;
  readonly pretrained: Readonly<Record<string, unknown>>;
}): Encoders {
  const embedded = Object.entries(declared).filter(([name]) => !Object.hasOwn(pretrained, name));
  const kinds = [...new Set(embedded.map(([, { kind }]) => kind))].filter((kind) =>
    builtinKinds.includes(kind),
  );
  return Object.fromEntries(kinds.sort().map((kind) => [kind, builtinIdentity(kind)]));
}

/** Check that stored vectors are of this installation's encoders. @throws {InputError} `task/other-encoders` */
export function checkEncoders(encoders: Encoders, where: string): void {
  for (const [kind, stored] of Object.entries(encoders)) {
    const difference = differenceFrom(stored, kind as ModalityKind);
    if (difference) throw otherEncoders(where, kind, difference);
  }
}

const otherEncoders = (
  where: string,
  kind: string,
  { stored, current }: { stored: string; current: string },
) =>
  new InputError({
    code: "task/other-encoders",
    where,
    problem: `its ${kind} vectors were made with ${stored}`,
    expected: `a task for this installation of metamodal, with ${current}`,
    remedy: "Teach it again from its examples, or install the release that it was made with.",
  });

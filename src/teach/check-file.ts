/** Checks that the parts of a task file go together, so that an edited one is refused and not predicted from. */

import { allFinite } from "../base/array.js";
import { builtinKinds, type ModalityKind } from "../modality/index.js";
import { type EmbeddedExample, modalityOf } from "./types.js";

interface Parts {
  readonly task: "classification" | "regression";
  readonly kinds: Readonly<Record<string, { readonly kind: ModalityKind }>>;
  /** The kinds whose built-in encoders the file names. */
  readonly encoders: Readonly<Partial<Record<ModalityKind, unknown>>>;
  readonly pretrained: Readonly<Record<string, unknown>>;
  readonly examples: readonly EmbeddedExample[];
}

/** What is wrong with the parts of a task file, in words; undefined if they go together. */
export function faultOf({ task, kinds, encoders, pretrained, examples }: Parts): string | undefined {
  const ids = new Set<string>();
  for (const { id, label, target, vectors, values } of examples) {
    const where = `task.json, example "${id}"`;
    if (ids.has(id)) return `${where}: the id is there twice`;
    ids.add(id);
    if ((task === "classification" ? label : target) === undefined)
      return `${where}: it has no ${task === "classification" ? "class" : "number"} for a task of ${task}`;
    for (const modality of [...Object.keys(vectors).map(modalityOf), ...Object.keys(values)]) {
      if (!Object.hasOwn(kinds, modality)) return `${where}: field "kinds" has no "${modality}"`;
      const { kind } = kinds[modality];
      const isBuiltin = builtinKinds.includes(kind) && !Object.hasOwn(pretrained, modality);
      if (isBuiltin && !encoders[kind]) return `task.json, field "encoders": it has none of ${kind}`;
    }
    const [expert] = Object.entries(vectors).find(([, vector]) => !allFinite(vector)) ?? [];
    if (expert !== undefined)
      return `vectors.safetensors, ${expert} of example "${id}": a number is not finite`;
  }
  return undefined;
}

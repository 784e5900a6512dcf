/** Reads the options of a modality (`dataset.json`, `modalities.<name>`) against a strict schema. */

import type { z } from "zod";
import { InputError } from "../base/errors.js";

/** The parsed options, or an `InputError` that names the bad field and lists the known ones. */
export function parseOptions<S extends z.ZodObject>(
  schema: S,
  options: Record<string, unknown>,
  where: string,
): z.output<S> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  throw new InputError({
    code: "modality/bad-option",
    where: path.length ? `${where}.${path.join(".")}` : where,
    problem: message,
    expected: `only the options ${Object.keys(schema.shape).join(", ")}`,
    remedy: "Correct the option or leave it out.",
  });
}

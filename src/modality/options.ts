/** Validates the options of a modality (`modalities.<name>` in `dataset.json`) against a strict schema. */

import type { z } from "zod";
import { InputError } from "../base/errors.js";
import { shown } from "./modality.js";

/** Parse options. @throws {InputError} modality/bad-option, with the description of the option in the schema */
export function parseOptions<S extends z.ZodObject>(
  schema: S,
  options: Record<string, unknown>,
  where: string,
): z.output<S> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const isUnknown = issue.code === "unrecognized_keys";
  const name = isUnknown ? issue.keys[0] : String(issue.path[0]);
  throw new InputError({
    code: "modality/bad-option",
    where: isUnknown ? where : `${where}.${name}`,
    problem: isUnknown ? `there is no option "${name}"` : `the value is ${shown(options[name])}`,
    expected: isUnknown
      ? `only the options ${Object.keys(schema.shape).join(", ")}`
      : (schema.shape[name] as z.ZodType).description!,
    remedy: "Correct the option or leave it out.",
  });
}

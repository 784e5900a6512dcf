/** Check a value against a schema, and say in an `InputError` which field is wrong, what was expected and what to do. */

import { z } from "zod";
import { InputError } from "../base/errors.js";
import { suggestion } from "../base/nearest.js";
import { ONE_PARSE } from "../base/schema.js";
import { renamedRecipeKey } from "./migration.js";

/** The output of `schema` for `input`, which is the recipe or what stands in its `field`; `where` names the file. */
export function checked<S extends z.ZodType>(
  schema: S,
  input: unknown,
  where: string,
  field: readonly string[] = [],
): z.output<S> {
  const result = schema.safeParse(input, ONE_PARSE);
  if (result.success) return result.data;
  throw errorOf(schema, result.error.issues[0], input, where, field);
}

function errorOf(
  schema: z.ZodType,
  issue: z.core.$ZodIssue,
  input: unknown,
  where: string,
  field: readonly string[],
): InputError {
  const path = [...field, ...issue.path];
  const at = (keys: readonly PropertyKey[]) =>
    keys.length > 0 ? `${where}, field "${keys.join(".")}"` : where;
  if (issue.code === "unrecognized_keys") {
    const [key] = issue.keys;
    const keys = keysAt(schema, issue.path);
    const renamed = renamedRecipeKey([...path, key]);
    return new InputError({
      code: "recipe/unknown-key",
      where: at([...path, key]),
      problem: renamed ? `it is now called ${renamed}` : "the recipe has no such key",
      expected: `one of ${keys.join(", ") || "no keys at all"}`,
      remedy: renamed
        ? `Write ${renamed}.`
        : `${suggestion(key, keys)}Correct the field, or leave it out for its default.`,
    });
  }
  const value = issue.path.reduce(valueAt, input);
  const meant =
    issue.code === "invalid_value" && typeof value === "string"
      ? suggestion(value, issue.values.map(String))
      : "";
  return new InputError({
    code: "recipe/bad-value",
    where: at(path),
    problem: `the value is ${JSON.stringify(value)?.slice(0, 60)}`,
    expected: expectedBy(issue),
    remedy: `${meant}Correct the field, or leave it out for its default.`,
  });
}

/** The value at a key; a method's name alone stands for an object that has it. */
function valueAt(value: unknown, key: PropertyKey): unknown {
  if (key === "name" && typeof value === "string") return value;
  return (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key];
}

/** What an issue expected, without the type that was received. */
function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union" && issue.errors.length > 0)
    return [...new Set(issue.errors.map(([first]) => expectedBy(first)))].join(" or ");
  if (issue.code === "too_small" && issue.origin === "array") return `at least ${issue.minimum}`;
  if (issue.code === "too_small" || issue.code === "too_big")
    return `a number ${/[<>]=?-?[\d.e+]+$/.exec(issue.message)?.[0]}`;
  if (issue.code === "invalid_value") return issue.values.join(" or ");
  const expected = /expected (.+?)(?:, received .+)?$/.exec(issue.message)?.[1] ?? issue.message;
  return expected === "int" ? "a whole number" : expected;
}

/** The keys of the object at a path of a schema. */
function keysAt(schema: z.ZodType, [key, ...rest]: readonly PropertyKey[]): string[] {
  const object = unwrapped(schema);
  if (!(object instanceof z.ZodObject)) return [];
  return key === undefined ? Object.keys(object.shape) : keysAt(object.shape[key as string], rest);
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.out as z.ZodType);
  return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
    ? unwrapped(schema.unwrap() as z.ZodType)
    : schema;
}

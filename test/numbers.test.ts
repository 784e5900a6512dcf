/** Every numeric option of every command and every numeric field of recipes: numbers out of range are refused before work. */

import { expect, it } from "vitest";
import { z } from "zod";
import { InputError } from "../src/base/errors.js";
import { commands } from "../src/cli/commands/index.js";
import { parse } from "../src/cli/parse.js";
import { learners } from "../src/learner/index.js";
import { parseRecipe } from "../src/model/recipe.js";
import { recipeSchema } from "../src/model/recipe-schema.js";

/** The code of the error that a call throws; undefined without one. */
function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return error instanceof InputError ? error.code : `raw: ${error}`;
  }
}

const options = commands.flatMap((command) =>
  Object.entries(command.options).flatMap(([name, { type }]) =>
    type === "whole" || type === "number" ? [[command, name, type] as const] : [],
  ),
);

it.each(
  options.map(([command, name, type]) => [`${command.name} --${name}`, command, name, type] as const),
)("%s", (_, command, name, type) => {
  const large = name === "seed" ? ["9007199254740992", "1e20"] : ["2147483648", "9007199254740993", "1e20"];
  const wrong =
    type === "whole"
      ? ["-1", "1.5", "NaN", "Infinity", "text", ...large]
      : ["-1", "0", "NaN", "Infinity", "text"];
  for (const value of wrong) {
    const words = [...command.name.split(" "), ...command.args.map(() => "x"), `--${name}=${value}`];
    expect(
      codeOf(() => parse(words, commands)),
      value,
    ).toBe("cli/bad-value");
  }
});

/** Paths of the numbers in a schema, and whether each is a whole number. */
function numbersOf(schema: z.ZodType): [path: string[], isWhole: boolean][] {
  const found: [string[], boolean][] = [];
  type Node = { type?: string; properties?: Record<string, Node>; anyOf?: Node[] };
  const visit = (node: Node, path: string[]) => {
    if (node.type === "integer" || node.type === "number") found.push([path, node.type === "integer"]);
    for (const [name, inner] of Object.entries(node.properties ?? {})) visit(inner, [...path, name]);
    for (const inner of node.anyOf ?? []) visit(inner, path);
  };
  visit(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Node, []);
  return found;
}

/** `{ a: { b: value } }` of the path a, b. */
const nested = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);

const fields = [
  ...numbersOf(recipeSchema).map(([path, isWhole]) => [path, isWhole, undefined] as const),
  ...Object.entries(learners).flatMap(([name, { options: schema }]) =>
    numbersOf(schema).map(([path, isWhole]) => [["learner", ...path], isWhole, name] as const),
  ),
];

it("finds the numbers of recipes", () => expect(fields.length).toBeGreaterThan(30));

it.each(
  fields.map(
    ([path, isWhole, learner]) =>
      [[learner, ...path].filter(Boolean).join("."), path, isWhole, learner] as const,
  ),
)("recipe %s", (name, path, isWhole, learner) => {
  const large = name === "seed" ? [2 ** 53, 1e20] : [2 ** 31, 2 ** 53, 1e20];
  const wrong = [-1, Number.NaN, Number.POSITIVE_INFINITY, "text", ...(isWhole ? [1.5, ...large] : [])];
  for (const value of wrong) {
    const recipe = nested(path, value) as { learner?: object };
    const input = learner ? { learner: { ...recipe.learner, name: learner } } : recipe;
    expect(
      codeOf(() => parseRecipe(input, "recipe")),
      `${value}`,
    ).toMatch(/^recipe\//);
  }
});

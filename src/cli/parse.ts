/** Parses the words of a command line into a command with its arguments and options; throws an `InputError` otherwise. */

import { parseArgs } from "node:util";
import { InputError } from "../base/errors.js";
import { suggestion } from "../base/nearest.js";
import type { Command } from "./command.js";
import type { Option } from "./option.js";

/** A parsed command line: help (on everything, a group of commands, or one command), the version, or a command to run. */
type Request =
  | { readonly kind: "help"; readonly group: string }
  | { readonly kind: "version" }
  | { readonly kind: "command-help"; readonly command: Command }
  | {
      readonly kind: "command";
      readonly command: Command;
      readonly args: readonly string[];
      readonly values: Readonly<Record<string, unknown>>;
    };

/** Options that had another name in earlier versions. */
const renamed: Readonly<Record<string, string>> = { relation: "auxiliary" };

const isHelp = (word: string) => word === "--help" || word === "-h";

/**
 * Parse the words after the program's name.
 * @throws {InputError} `cli/unknown-command`, `cli/unknown-option`, `cli/renamed-option`, `cli/given-twice`, `cli/bad-value`, `cli/usage`
 */
export function parse(argv: readonly string[], commands: readonly Command[]): Request {
  if (argv[0] === "--version") return { kind: "version" };
  const firstOption = argv.findIndex((word) => word.startsWith("-"));
  const words = firstOption < 0 ? argv : argv.slice(0, firstOption);
  const called = (name: string) => `${words.join(" ")} `.startsWith(`${name} `);
  const command = commands.find(({ name }) => called(name));
  if (command) return parseCommand(command, argv.slice(command.name.split(" ").length));
  const group = words.join(" ");
  const inGroup = commands.some(({ name }) => group === "" || name.startsWith(`${group} `));
  const rest = argv.slice(words.length);
  if (inGroup && (rest.length === 0 || rest.some(isHelp))) return { kind: "help", group };
  if (words.length === 0) throw unknownOption(rest[0], "metamodal", ["--help", "--version"]);
  throw unknownCommand(words, commands);
}

function parseCommand(command: Command, rest: readonly string[]): Request {
  const specs = new Map(Object.entries(command.options));
  const declared = [...specs].map(([name, { type }]) => [
    name,
    { type: type === "flag" ? "boolean" : "string" } as const,
  ]);
  const { tokens } = parseArgs({
    args: [...rest],
    options: Object.fromEntries([...declared, ["help", { type: "boolean", short: "h" }]]),
    strict: false,
    tokens: true,
  });
  if (tokens.some((token) => token.kind === "option" && token.name === "help"))
    return { kind: "command-help", command };
  const args: string[] = [];
  const values: Partial<Record<string, unknown>> = {};
  for (const token of tokens) {
    if (token.kind === "positional") args.push(token.value);
    if (token.kind !== "option") continue;
    const spec = token.rawName.startsWith("--") ? specs.get(token.name) : undefined;
    if (!spec) {
      const current = renamed[token.name];
      if (specs.has(current)) throw renamedOption(token.rawName, current, specs.get(current)!);
      const known = [...specs.keys()].map((name) => `--${name}`);
      throw unknownOption(token.rawName, `metamodal ${command.name}`, known);
    }
    const value = readValue(token.rawName, token.value, token.inlineValue === true, spec);
    if (spec.repeatable) values[token.name] = [...((values[token.name] as unknown[]) ?? []), value];
    else if (Object.hasOwn(values, token.name)) throw givenTwice(token.rawName);
    else values[token.name] = value;
  }
  checkComplete(command, args, values, specs);
  return { kind: "command", command, args, values };
}

/** Parse an option's value by its type; `inline` is true for `--name=value`. */
function readValue(flag: string, text: string | undefined, inline: boolean, spec: Option): unknown {
  const { type, least, most = Number.MAX_SAFE_INTEGER, choices = [], placeholder } = spec;
  const bad = (problem: string, expected: string, remedy = `Write ${flag} ${placeholder}.`) =>
    new InputError({ code: "cli/bad-value", where: flag, problem, expected, remedy });
  if (type === "flag") {
    if (text !== undefined) throw bad(`"${text}" follows it`, "no value", `Write ${flag} alone.`);
    return true;
  }
  const swallowed = !inline && text?.startsWith("-") && !/^-(\d|$)/.test(text);
  if (text === undefined || text === "" || swallowed) throw bad("its value is missing", expectation(spec));
  const wrong = () => bad(`the value is "${text}"`, expectation(spec), `Correct the value of ${flag}.`);
  if (type === "text") return text;
  if (type === "list") {
    const names = text.split(",").map((name) => name.trim());
    if (names.includes("") || new Set(names).size < names.length) throw wrong();
    return names;
  }
  if (type === "choice") {
    if (choices.includes(text)) return text;
    throw bad(
      `the value is "${text}"`,
      choices.join(" or "),
      suggestion(text, choices) || "Choose one of these.",
    );
  }
  const number = Number(text);
  if (type === "whole" && number > most)
    throw bad(`the value is "${text}"`, `a whole number of at most ${most}`, `Correct the value of ${flag}.`);
  const isRight = type === "whole" ? Number.isSafeInteger(number) && number >= least! : number > 0;
  if (!isRight || !Number.isFinite(number) || text.trim() === "") throw wrong();
  return number;
}

/** What an option's value must be, for errors. */
function expectation({ type, least, choices, placeholder }: Option): string {
  if (type === "whole") return `a whole number of at least ${least}`;
  if (type === "number") return "a number greater than 0";
  if (type === "list") return "different names separated by commas";
  return choices ? choices.join(" or ") : `${placeholder}`;
}

/** Throw unless all arguments and required options are given, and no further arguments. */
function checkComplete(
  { name, args: needed, takesMore }: Command,
  args: readonly string[],
  values: Readonly<Record<string, unknown>>,
  specs: ReadonlyMap<string, Option>,
): void {
  const usage = `metamodal ${name}`;
  const see = `See ${usage} --help.`;
  const fail = (where: string, problem: string, expected: string): never => {
    throw new InputError({ code: "cli/usage", where, problem, expected, remedy: see });
  };
  if (args.length < needed.length)
    fail(usage, `the argument ${needed[args.length]} is missing`, [usage, ...needed].join(" "));
  if (args.length > needed.length && !takesMore)
    fail(usage, `there is no argument for "${args[needed.length]}"`, [usage, ...needed].join(" "));
  if (args.includes("")) fail(usage, "an argument is empty", [usage, ...needed].join(" "));
  for (const [option, { required, placeholder }] of specs)
    if (required && !Object.hasOwn(values, option))
      fail(usage, `the option --${option} is missing`, `--${option} ${placeholder}`);
}

const unknownOption = (flag: string, usage: string, known: readonly string[]) =>
  new InputError({
    code: "cli/unknown-option",
    where: flag,
    problem: `${usage} has no such option`,
    expected: `an option that ${usage} --help lists`,
    remedy: suggestion(flag, known) || "Leave it out.",
  });

const renamedOption = (flag: string, current: string, { placeholder }: Option) =>
  new InputError({
    code: "cli/renamed-option",
    where: flag,
    problem: `the option is called --${current} now`,
    expected: `--${current} ${placeholder}`,
    remedy: `Write --${current}.`,
  });

const givenTwice = (flag: string) =>
  new InputError({
    code: "cli/given-twice",
    where: flag,
    problem: "the option is given twice",
    expected: "one value",
    remedy: "Leave one out.",
  });

function unknownCommand(words: readonly string[], commands: readonly Command[]): InputError {
  const names = commands.map(({ name }) => name);
  const lengths = [...new Set(names.map((name) => name.split(" ").length))].sort((a, b) => b - a);
  const meant = lengths
    .map((length) => {
      const alike = names.filter((name) => name.split(" ").length === length);
      return suggestion(words.slice(0, length).join(" "), alike);
    })
    .find(Boolean);
  return new InputError({
    code: "cli/unknown-command",
    where: `metamodal ${words.join(" ")}`,
    problem: "there is no such command",
    expected: `one of ${names.join(", ")}`,
    remedy: `${meant ?? ""}See metamodal --help.`,
  });
}

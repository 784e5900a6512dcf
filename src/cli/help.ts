/** Help, made from the tables of commands and options. */

import type { Command } from "./command.js";
import { helpOf, type OptionSpec, optionsOf } from "./options.js";

/** `metamodal train RECIPE|DATA [options]`. */
export function usageOf({ name, args }: Command): string {
  const required = optionsOf(name).filter(([, { requiredBy }]) => requiredBy?.includes(name));
  const flags = required.map(([option, { placeholder }]) => `--${option} ${placeholder}`);
  return ["metamodal", name, ...args, ...flags, "[options]"].join(" ");
}

/** `--way N`. */
export const flagOf = (name: string, { placeholder, type }: OptionSpec): string =>
  type === "flag" ? `--${name}` : `--${name} ${placeholder}`;

/** Help on one command. */
export function commandHelp(command: Command): string {
  const rows: [string, string][] = optionsOf(command.name).map(([name, option]) => [
    flagOf(name, option),
    helpOf(option, command.name),
  ]);
  return [
    command.summary,
    "",
    `Usage: ${usageOf(command)}`,
    "",
    "Options:",
    ...columns([...rows, ["--help", "show this help"]]),
    "",
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

/** Help on all commands, or on those of a group (`data`). */
export function overview(commands: readonly Command[], group: string): string {
  const shown = commands.filter(({ name }) => group === "" || name.startsWith(`${group} `));
  const title =
    group === ""
      ? "metamodal: teach a model a new task from a handful of examples, each seen as any of several modalities."
      : `metamodal ${group}: its commands.`;
  return [
    title,
    "",
    `Usage: metamodal ${[group, "COMMAND [options]"].filter(Boolean).join(" ")}`,
    "",
    "Commands:",
    ...columns(shown.map((command) => [[command.name, ...command.args].join(" "), command.summary])),
    "",
    "Every command has --help with examples, and --json. Results go to stdout, progress to stderr.",
    "Exit status: 0 done, 1 failed, 2 bad usage or input, 130 interrupted.",
    "",
  ].join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

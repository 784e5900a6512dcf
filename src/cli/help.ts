/** Help texts, made from the commands and their options. */

import type { Command } from "./command.js";
import type { Option } from "./option.js";

/** `metamodal train RECIPE|DATA [options]`. */
export function usageOf({ name, args, options, takesMore }: Command): string {
  const needed = Object.entries(options).filter(([, { required }]) => required);
  const flags = needed.map(([option, { placeholder }]) => `--${option} ${placeholder}`);
  const more = typeof takesMore === "string" ? [`[${takesMore}]`] : [];
  return ["metamodal", name, ...args, ...more, ...flags, "[options]"].join(" ");
}

/** `--way N`. */
export const flagOf = (name: string, { placeholder, type }: Option): string =>
  type === "flag" ? `--${name}` : `--${name} ${placeholder}`;

/** Help on one command. */
export function commandHelp(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]) => [flagOf(name, option), option.help]);
  return [
    command.summary,
    "",
    `Usage: ${usageOf(command)}`,
    "",
    "Options:",
    ...aligned([...rows, ["--help", "show this help"]]),
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
      ? "metamodal: few-shot learning of new classes from examples in several modalities, some of which may be missing."
      : `metamodal ${group}: its commands.`;
  return [
    title,
    "",
    `Usage: metamodal ${[group, "COMMAND [options]"].filter(Boolean).join(" ")}`,
    "",
    "Commands:",
    ...aligned(shown.map((command) => [[command.name, ...command.args].join(" "), command.summary])),
    "",
    "Every command has --help with examples, and --json. Results go to stdout, progress to stderr.",
    "Exit status: 0 done, 1 failed, 2 bad usage or input, 130 interrupted.",
    "",
  ].join("\n");
}

/** Two columns, the left one padded to its longest cell. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

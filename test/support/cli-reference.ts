/** The command-line reference in Markdown, generated from the tables of commands and options. */

import { commands } from "../../src/cli/commands/index.js";
import { flagOf, usageOf } from "../../src/cli/help.js";

export function cliReference(): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const sections = commands.map((command) => {
    const rows = Object.entries(command.options).map(
      ([name, option]) => `| \`${cell(flagOf(name, option))}\` | ${cell(option.help)} |`,
    );
    return [
      `## metamodal ${command.name}`,
      command.summary,
      `\`\`\`\n${usageOf(command)}\n\`\`\``,
      ["| option | |", "|---|---|", ...rows].join("\n"),
      `\`\`\`sh\n${command.examples.join("\n")}\n\`\`\``,
    ].join("\n\n");
  });
  const head = [
    "# The command line",
    "Made from `src/cli/commands/`; `npx vitest run test/cli-usage.test.ts -u` writes it again.",
    "Results go to stdout, progress to stderr. Exit status: 0 done, 1 failed, 2 bad usage or input, 130 interrupted.",
  ];
  return `${[...head, ...sections].join("\n\n")}\n`;
}

/** One call of the program: the words after its name → what was asked for is done, and the exit status. */

import { inspect } from "node:util";
import { libraryVersions } from "../model/versions.js";
import { commands } from "./commands/index.js";
import { explain } from "./failure.js";
import { commandHelp, overview } from "./help.js";
import { colours, print } from "./output.js";
import { parse } from "./parse.js";
import { visible, visibleLine } from "./visible.js";

/** Do what `argv` says. `interruption` is asked for only where there is something to interrupt. */
export async function run(argv: readonly string[], interruption: () => AbortSignal): Promise<number> {
  try {
    await answer(argv, interruption);
    return 0;
  } catch (error) {
    const { message, exitCode } = explain(error);
    const { red, yellow } = colours(process.stderr);
    process.stderr.write(`${(exitCode === 130 ? yellow : red)(visibleLine(message))}\n`);
    if (process.env.DEBUG?.split(",").includes("metamodal"))
      process.stderr.write(`${visible(inspect(error))}\n`);
    return exitCode;
  }
}

async function answer(argv: readonly string[], interruption: () => AbortSignal): Promise<void> {
  const request = parse(argv, commands);
  if (request.kind === "version") print(libraryVersions().metamodal);
  else if (request.kind === "help") print(overview(commands, request.group));
  else if (request.kind === "command-help") print(commandHelp(request.command));
  else {
    const { command, args, values } = request;
    await command.run({ args, values, argv, signal: interruption() });
  }
}

/** Runs one command line, and maps errors to messages and exit statuses. */

import { inspect } from "node:util";
import { nextTurn } from "../base/turn.js";
import { libraryVersions } from "../model/versions.js";
import { commands } from "./commands/index.js";
import { explain, Interrupted } from "./failure.js";
import { commandHelp, overview } from "./help.js";
import { colours, print } from "./output.js";
import { parse } from "./parse.js";
import { visible, visibleLine } from "./visible.js";

/**
 * Run the command line `argv`, without the program's name, and return the exit status. `interruption` is called only for a
 * command, not for help.
 */
export async function run(argv: readonly string[], interruption: () => AbortSignal): Promise<number> {
  try {
    await dispatch(argv, interruption);
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

async function dispatch(argv: readonly string[], interruption: () => AbortSignal): Promise<void> {
  const request = parse(argv, commands);
  if (request.kind === "version") print(libraryVersions().metamodal);
  else if (request.kind === "help") print(overview(commands, request.group));
  else if (request.kind === "command-help") print(commandHelp(request.command));
  else {
    const { command, args, values } = request;
    const signal = interruption();
    await command.run({ args, values, argv, signal });
    // A signal that came while the last step ran is known after the next turn.
    await nextTurn();
    if (signal.aborted && !command.endsBySignal)
      throw new Interrupted("stopped, after the command had ended");
  }
}

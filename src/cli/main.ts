#!/usr/bin/env node
/** The program `metamodal`: reads the command line, runs a command, and turns errors into exit statuses. */

import { libraryVersions } from "../model/versions.js";
import { commands } from "./commands/index.js";
import { explain } from "./failure.js";
import { commandHelp, overview } from "./help.js";
import { colours, print, tolerateClosedPipes } from "./output.js";
import { parse } from "./parse.js";

/** Aborted by the first Ctrl-C or SIGTERM; the second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) return die();
    controller.abort();
    process.stderr.write("\nstopping as soon as nothing is lost; once more to stop at once\n");
  };
  // By the signal itself (a shell says 130): `process.exit` tears threads down, which ONNX Runtime takes badly.
  const die = () => {
    process.off("SIGINT", stop);
    process.kill(process.pid, "SIGINT");
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}

async function main(argv: readonly string[]): Promise<void> {
  const request = parse(argv, commands);
  if (request.kind === "version") print(libraryVersions().metamodal);
  else if (request.kind === "help") print(overview(commands, request.group));
  else if (request.kind === "command-help") print(commandHelp(request.command));
  else {
    const { command, args, values } = request;
    await command.run({ args, values, argv, signal: interruption() });
  }
}

tolerateClosedPipes();
try {
  await main(process.argv.slice(2));
} catch (error) {
  const { message, exitCode } = explain(error);
  const { red, yellow } = colours(process.stderr);
  process.stderr.write(`${(exitCode === 130 ? yellow : red)(message)}\n`);
  if (process.env.DEBUG?.split(",").includes("metamodal")) console.error(error);
  process.exitCode = exitCode;
}

/** `metamodal serve`: an HTTP server that teaches tasks and predicts. */

import { InputError } from "../../base/errors.js";
import type { CommandWith } from "../command.js";
import { flag, number, repeatable, text, whole } from "../option.js";
import { print, printJson } from "../output.js";
import { compute } from "../shared-options.js";

const options = {
  data: text("FILE", "database of the tasks (default: metamodal.db)"),
  host: text("ADDRESS", "address to listen on (default: 127.0.0.1); another one needs --token-file"),
  port: whole(0, "port to listen on; 0 takes a free one (default: 8080)", 65_535),
  "token-file": text("FILE", "file with the bearer token that requests must carry, of at least 128 bits"),
  cert: text("FILE", "certificate for https, with --key"),
  key: text("FILE", "private key of --cert"),
  "allow-host": repeatable(text("NAME", "further name of the server, such as that of a reverse proxy")),
  "keep-examples": flag("store the examples themselves, besides their vectors"),
  "max-body": whole(1, "MiB of a request (default: 32)"),
  "max-seconds": whole(1, "seconds of a request (default: 60)"),
  "max-examples": whole(1, "examples of a task (default: 10000)", 1e9),
  "max-tasks": whole(1, "tasks (default: 100000)", 1e9),
  "max-loaded": whole(1, "tasks in memory at a time (default: 64)"),
  "max-concurrent": whole(1, "requests at a time; further ones get 429 (default: 256)"),
  "max-memory": number("GIB", "GiB of memory from which on requests get 429 (default: 4)"),
  log: text("LEVEL", "least level of log lines on stderr: debug, info, warn, error, silent (default: info)"),
  ...compute,
  json: flag("print one JSON object when the server listens"),
};

const MIB = 2 ** 20;
const levels = ["debug", "info", "warn", "error", "silent"];

export const serve: CommandWith<typeof options> = {
  name: "serve",
  args: [],
  takesMore: "MODEL",
  summary: "Serve tasks by HTTP: teach, predict, add and remove examples; tasks persist in a database.",
  examples: [
    "metamodal serve",
    "metamodal serve my.model --data my-tasks.db --port 9000",
    "metamodal serve --host 0.0.0.0 --token-file token --cert cert.pem --key key.pem",
    "metamodal serve --token-file token --allow-host models.example.org",
  ],
  options,

  endsBySignal: true,

  async run({ args, values, signal }) {
    const [path = "base", ...more] = args;
    if (more.length > 0) throw bad("cli/usage", `metamodal serve, the argument "${more[0]}"`, "one MODEL");
    const { data = "metamodal.db", host, port = 8080, cert, key, log: level = "info" } = values;
    if ((cert === undefined) !== (key === undefined))
      throw bad("cli/serve-tls", cert === undefined ? "--key" : "--cert", "both --cert and --key");
    if (!levels.includes(level)) throw bad("cli/serve-log", `--log ${level}`, levels.join(", "));
    const { startServer } = await import("../../serve/server.js");
    const { logTo } = await import("../../serve/log.js");
    const { threads, device, runtime } = values;
    const { loadModel } = await import("../../model/load.js");
    const model = path === "base" ? undefined : await loadModel(path, { threads, device, runtime });
    const limits = {
      maxBody: values["max-body"] && values["max-body"] * MIB,
      maxSeconds: values["max-seconds"],
      maxExamples: values["max-examples"],
      maxTasks: values["max-tasks"],
      maxLoaded: values["max-loaded"],
      maxConcurrent: values["max-concurrent"],
      maxMemory: values["max-memory"] && values["max-memory"] * 1024 * MIB,
    };
    const server = await startServer({
      ...{ model, data, host, port },
      tokenFile: values["token-file"],
      ...(cert !== undefined && key !== undefined && { tls: { cert, key } }),
      names: values["allow-host"]?.map((name) => name.toLowerCase()),
      keepExamples: values["keep-examples"],
      limits: Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined)),
      log: logTo(process.stderr, level),
    });
    if (values.json) printJson({ url: server.url, data, model: path });
    else
      print(`metamodal serves ${path} on ${server.url}; tasks are in ${data}\ndocs     ${server.url}/docs`);
    if (!signal.aborted) await new Promise((done) => signal.addEventListener("abort", done, { once: true }));
    await server.close();
  },
};

const bad = (code: string, where: string, expected: string) =>
  new InputError({
    code,
    where,
    problem: "it cannot be used so",
    expected,
    remedy: "See metamodal serve --help.",
  });

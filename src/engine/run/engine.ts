/** The engine in Node: a pool of threads, and one engine for equal options. */

import { availableParallelism } from "node:os";
import { limits } from "../../base/defaults.js";
import { InputError } from "../../base/errors.js";
import { EngineCore } from "./core.js";
import { defaultRuntime, hasOnnxRuntime } from "./installed.js";
import { NodeRunner } from "./node-runner.js";
import { devices, type EngineOptions, runtimes } from "./options.js";

/** An engine whose programs run on a pool of worker threads. */
export class Engine extends EngineCore {
  /** `fuse`: fuse every program that can be fused, or none; by default those that are faster fused (form.ts). */
  constructor(
    { threads = availableParallelism(), device = "cpu", runtime = defaultRuntime() }: EngineOptions = {},
    { fuse }: { fuse?: boolean } = {},
  ) {
    super(new NodeRunner(threads, device), { device, runtime, fuse });
  }
}

const engines = new Map<string, Engine>();

/**
 * The engine for these options. Equal options share one, with its pool and its programs.
 *
 * @throws {InputError} `engine/bad-option`, or `engine/no-onnxruntime` if it is asked for and not installed
 */
export function engineFor(options: EngineOptions = {}): Engine {
  checkOptions(options);
  const { device = "cpu", runtime = defaultRuntime(), threads = "all" } = options;
  const key = `${device}:${runtime}:${threads}`;
  const engine = engines.get(key) ?? new Engine(options);
  engines.set(key, engine);
  return engine;
}

function checkOptions({ threads = 1, device = "cpu", runtime = defaultRuntime() }: EngineOptions): void {
  const refuse = (option: string, value: unknown, expected: string) =>
    new InputError({
      code: "engine/bad-option",
      where: `option ${option}`,
      problem: `the value is ${String(value)}`,
      expected,
      remedy: "Leave it out for the default.",
    });
  if (threads > limits.threads) throw refuse("threads", threads, `at most ${limits.threads}`);
  if (!Number.isInteger(threads) || threads < 1)
    throw refuse("threads", threads, "a whole number of at least 1");
  if (!devices.includes(device)) throw refuse("device", device, devices.join(" or "));
  if (!runtimes.includes(runtime)) throw refuse("runtime", runtime, runtimes.join(" or "));
  if (runtime === "onnxruntime" && !hasOnnxRuntime()) throw noOnnxRuntime();
  if (runtime === "wasm" && device !== "cpu") throw refuse("device", device, "cpu with the runtime wasm");
}

const noOnnxRuntime = () =>
  new InputError({
    code: "engine/no-onnxruntime",
    where: "option runtime",
    problem: "the package onnxruntime-node is not installed",
    expected: "it, for the runtime onnxruntime",
    remedy: "Run npm install onnxruntime-node, or leave the option out: wasm does without it.",
  });

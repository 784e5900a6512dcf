/** The page's side: one worker for all tasks, started at the first call. */

import { InputError, RunError } from "../base/errors.js";
import { type CallOptions, Connection } from "./connection.js";
import { fetchEarly } from "./early-files.js";
import type { PageStatus, WorkerHandlers } from "./protocol.js";
import { decodeSound } from "./sound.js";
import { startWorker } from "./start-worker.js";

/** Options of a page. */
export interface PageOptions {
  /** URL of the folder `encoders` of the package; by default where the package has it, relative to this script. */
  readonly encoders?: string | URL;
  /**
   * Files of encoders to do without, as if they were not there: without `image.onnx`, a page of drawings has 0.3 MB to load.
   * Such a task is for pages and installations without these files.
   */
  readonly without?: readonly string[];
  /**
   * Files of encoders to fetch and open at once, while the worker starts, rather than when the first example of their kind is
   * there: `strokes.onnx` for drawings.
   */
  readonly preload?: readonly string[];
  /**
   * Files of encoders to do without at first: tasks are taught without them at once, and again when they have been fetched
   * ({@link PageTask.complete}): `image.onnx` and `projection.safetensors` for drawings.
   */
  readonly later?: readonly string[];
  /**
   * URL of the module of onnxruntime-web (`ort.wasm.min.mjs`, with its WebAssembly beside it), which is loaded if a model's
   * pretrained encoder has operators that metamodal's own kernels do not run.
   */
  readonly onnxruntime?: string | URL;
}

/** A worker that the page has started. */
export type PageWorker = Connection<WorkerHandlers>;

/** What the page names by number in a worker; another worker has other things under that number. */
export interface Held {
  readonly worker: PageWorker;
  readonly id: number;
}

let options: PageOptions = {};
let worker: PageWorker | undefined;

/**
 * Set where the files of the package are served, and which to do without. Call it before anything else.
 *
 * @example configure({ encoders: "/static/encoders/" });
 * @example configure({ without: ["image.onnx"], preload: ["strokes.onnx"] });
 */
export function configure(chosen: PageOptions): void {
  options = chosen;
  if (chosen.preload) workerInUse();
}

/** The worker in use, started if there is none. */
export function workerInUse(): PageWorker {
  worker ??= started();
  return worker;
}

/**
 * Call a worker.
 *
 * @throws {InputError} `web/released` for a worker that has ended, `web/not-sent` for values that cannot be sent to one
 */
export async function call<Name extends keyof WorkerHandlers>(
  called: PageWorker,
  name: Name,
  argument: Parameters<WorkerHandlers[Name]>[0],
  callOptions: CallOptions = {},
): Promise<Awaited<ReturnType<WorkerHandlers[Name]>>> {
  if (called !== worker) throw released();
  try {
    return await called.call(name, argument, callOptions);
  } catch (error) {
    if (error instanceof DOMException && error.name === "DataCloneError") throw notSent(error);
    throw error;
  }
}

/**
 * A registry of what the page refers to and a worker holds: the worker lets go of it by the handler `name` when the page no
 * longer refers to it. A worker that has ended holds nothing.
 */
export const releasedBy = (name: "release" | "releaseModel" | "endTraining") =>
  new FinalizationRegistry(({ worker: holder, id }: Held) => {
    // A rejection is the end of the worker, and of what it held.
    if (holder === worker) holder.call(name, { id }).catch(() => {});
  });

/**
 * What this page has: whether it is cross-origin isolated, and the number of threads of networks and programs, 1 if it is not.
 *
 * @example const { isIsolated, threads } = await pageStatus();
 */
export async function pageStatus(): Promise<PageStatus> {
  return call(workerInUse(), "status", undefined);
}

function started(): PageWorker {
  const folder = new URL(options.encoders ?? new URL("../../encoders/", import.meta.url), location.href).href;
  const encoders = folder.endsWith("/") ? folder : `${folder}/`;
  const { without = [], preload = [], later = [] } = options;
  const onnxruntime = options.onnxruntime && new URL(options.onnxruntime, location.href).href;
  const earlyFile = fetchEarly(encoders, preload);
  const thread = startWorker();
  const { port1, port2 } = new MessageChannel();
  const connection = new Connection<WorkerHandlers>(port1, { decodeSound, earlyFile });
  thread.onerror = (event) => {
    thread.terminate();
    if (worker === connection) worker = undefined;
    connection.close(
      new RunError(
        "web/worker-ended",
        `the worker of this page ended: ${event.message ?? "it cannot be loaded"}`,
      ),
    );
  };
  thread.postMessage(undefined, [port2]);
  // It rejects if the worker cannot be loaded, and with it the call for which the worker is started.
  connection.call("start", { encoders, without, preload, later, onnxruntime }).catch(() => {});
  return connection;
}

const released = () =>
  new InputError({
    code: "web/released",
    where: "the model or task",
    problem: "the worker that held it has ended",
    expected: "a model or task of the worker in use",
    remedy: "Load or teach it again.",
  });

const notSent = (cause: Error) =>
  new InputError(
    {
      code: "web/not-sent",
      where: "the examples",
      problem: `a value cannot be sent to a worker (${cause.message})`,
      expected: "Blobs, bytes, ImageData, strings, numbers, and lists and records of these",
      remedy: "Give the pixels of a canvas (`getImageData`), or the file behind an element.",
    },
    { cause },
  );

/** The page's side: one worker for all tasks, started at the first call. */

import { InputError, RunError } from "../base/errors.js";
import { type CallOptions, Connection } from "./connection.js";
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
}

let options: PageOptions = {};
let worker: Connection<WorkerHandlers> | undefined;

/**
 * Set where the files of the package are served, and which to do without. Call it before anything else.
 *
 * @example configure({ encoders: "/static/encoders/" });
 * @example configure({ without: ["image.onnx"] });
 */
export function configure(chosen: PageOptions): void {
  options = chosen;
}

/** Call the worker. @throws {InputError} `web/not-sent` for values that cannot be sent to a worker */
export async function call<Name extends keyof WorkerHandlers>(
  name: Name,
  argument: Parameters<WorkerHandlers[Name]>[0],
  callOptions: CallOptions = {},
): Promise<Awaited<ReturnType<WorkerHandlers[Name]>>> {
  worker ??= started();
  try {
    return await worker.call(name, argument, callOptions);
  } catch (error) {
    if (error instanceof DOMException && error.name === "DataCloneError") throw notSent(error);
    throw error;
  }
}

/** What this page may use: threads, if it is cross-origin isolated. @example const { threads } = await pageStatus(); */
export const pageStatus = (): Promise<PageStatus> => call("status", undefined);

function started(): Connection<WorkerHandlers> {
  const thread = startWorker();
  const { port1, port2 } = new MessageChannel();
  const connection = new Connection<WorkerHandlers>(port1, { decodeSound });
  thread.onerror = (event) => {
    thread.terminate();
    worker = undefined;
    connection.close(
      new RunError(
        "web/worker-ended",
        `the worker of this page ended: ${event.message ?? "it cannot be loaded"}`,
      ),
    );
  };
  thread.postMessage(undefined, [port2]);
  const encoders = new URL(options.encoders ?? new URL("../../encoders/", import.meta.url), location.href);
  void connection.call("start", { encoders: encoders.href, without: options.without ?? [] });
  return connection;
}

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

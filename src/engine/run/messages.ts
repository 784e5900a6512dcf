/**
 * The protocol between the main thread and its worker threads.
 *
 * A request is a {@link Message}: the name of a handler and its argument. A worker runs its requests one after another
 * and sends one {@link Reply} each, in their order. `worker-thread.ts` is the main thread's side, `serve.mjs` the
 * worker's; `worker.mjs` has {@link ProgramHandlers}, `worker-foreign.mjs` has {@link ForeignHandlers}.
 */

import type { FusedProgram } from "../fuse/codegen/fused-program.js";
import type { NamedSpec } from "../lower/onnx.js";
import type { Device } from "./options.js";
import type { Feed, ForeignResult, Port } from "./ports.js";

export interface Message {
  readonly handler: string;
  readonly argument: unknown;
}

export type Reply = { readonly result: unknown } | { readonly error: string };

/** What a worker has a handler for: functions of one argument. */
export type Handlers<Names extends string> = {
  readonly [Name in Names]: (argument: never) => Promise<unknown>;
};

/** One thread's share of a program: an ONNX model, or the calls of a fused program. */
export type ProgramSource =
  | {
      readonly kind: "model";
      readonly bytes: Uint8Array;
      readonly inputs: readonly NamedSpec[];
      readonly outputs: readonly NamedSpec[];
    }
  | {
      readonly kind: "fused";
      readonly program: FusedProgram;
      /** Which of the program's threads this is. */
      readonly thread: number;
      /** Shared by the program's threads: the run in which each crossing was last sent, after that of a failure. */
      readonly flags: Int32Array;
      /** Shared by the program's threads: the data of crossings. */
      readonly crossing: Uint8Array;
    };

/** Arrays in shared memory: each buffer once, and per array the position of its buffer and its offset there in bytes. */
export interface SharedArrays {
  readonly buffers: readonly ArrayBufferLike[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Handlers of a worker that runs compiled programs. */
export type ProgramHandlers = {
  /** Open a program. */
  load(argument: { key: string; source: ProgramSource; device: Device }): Promise<void>;
  /** Run it once; `run` is the number of the run, the same for all threads that share it. */
  run(argument: SharedArrays & { key: string; run: number }): Promise<void>;
  /** Close it, if it is open. */
  release(argument: { key: string }): Promise<void>;
};

/** Handlers of a worker that runs one ONNX model from elsewhere. */
export type ForeignHandlers = {
  /** Open the model: the path of a file, or its bytes. */
  open(argument: {
    source: string | Uint8Array;
  }): Promise<{ inputs: readonly Port[]; outputs: readonly Port[] }>;
  /** Run it once; the result is one of its outputs. */
  run(argument: { feeds: Readonly<Record<string, Feed>>; output: string }): Promise<ForeignResult>;
};

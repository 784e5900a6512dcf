/**
 * Tasks in two stages: without the files of encoders that are fetched later at once, and with them when they are there.
 * Predictions of the first stage are those of a page that does without these files.
 */

import { Budget } from "../base/budget.js";
import { readEncoder } from "../modality/builtin/files.web.js";
import { BuiltinNetwork } from "../modality/builtin/network.web.js";

/** More calls than are in progress at a time: the change of the stage waits for all of them, and runs alone. */
const ALL = 2 ** 30;
const calls = new Budget(ALL);
/** Teaches a task again, by its number. */
const again = new Map<number, () => Promise<void>>();
let later: readonly string[] = [];
let useAll = () => {};
let completing: Promise<void> | undefined;

/** Begin with the first stage, without `files`, if there are any. `use` adds them to the encoders that are used. */
export function beginStages(files: readonly string[], use: () => void): void {
  later = files;
  useAll = use;
}

/** Run a call that the stage may not change in. */
export const withinStage = <Result>(call: () => Promise<Result>): Promise<Result> => calls.use(1, call);

/** Teach a task of this stage again in the next, which begins when its files are there. */
export function teachInNext(id: number, teach: () => Promise<void>): void {
  if (later.length === 0) return;
  again.set(id, teach);
  // A file that cannot be fetched is reported to who waits for it.
  nextStage().catch(() => {});
}

/** Do not teach a task again. */
export function forget(id: number): void {
  again.delete(id);
}

/** Wait until all files are there and all tasks have them. @throws {InputError} if a file cannot be fetched */
export async function nextStage(): Promise<void> {
  if (later.length === 0 && again.size === 0) return;
  completing ??= complete().finally(() => {
    completing = undefined;
  });
  await completing;
}

async function complete(): Promise<void> {
  const isNetwork = (file: string) => file.endsWith(".onnx");
  await Promise.all(
    later.map((file) => (isNetwork(file) ? BuiltinNetwork.of(file).open() : readEncoder(file))),
  );
  await calls.use(ALL, async () => {
    useAll();
    later = [];
    for (const [id, teach] of again) {
      await teach();
      again.delete(id);
    }
  });
}

/** Opens the data of a training run as the run read them, and the model that it started from. */

import { InputError } from "../base/errors.js";
import { type Dataset, loadModel, type Model, type OpenOptions, openDataset } from "../index.js";
import type { ReplaySource } from "../runs/replay-source.js";
import type { RunData } from "../runs/run-events.js";
import type { ValuesOf } from "./option.js";
import type { compute } from "./shared-options.js";

interface OpenedData {
  readonly data: Dataset;
  readonly from?: Model;
  readonly runtime?: RunData["runtime"];
}

/** Open the data of a run, or those at `values.data`. @throws {InputError} `runs/no-data` if the run names none */
export async function openRunData(
  { run, data: recorded }: Pick<ReplaySource, "run" | "data">,
  values: ValuesOf<typeof compute> & { readonly data?: string },
  signal: AbortSignal | undefined,
): Promise<OpenedData> {
  const path = values.data ?? recorded?.folder ?? recorded?.path;
  if (path === undefined)
    throw new InputError({
      code: "runs/no-data",
      where: run,
      problem: "the run does not name its data",
      expected: "a run of this version",
      remedy: "Give them with --data.",
    });
  const { threads, device } = values;
  const runtime = values.runtime ?? recorded?.runtime;
  const from =
    recorded?.from === undefined ? undefined : await loadModel(recorded.from, { threads, device, runtime });
  const options: OpenOptions = { ...recorded?.columns, like: from?.card, signal };
  return { data: await openDataset(path, options), from, runtime };
}

/** What both forms of `metamodal evaluate` open: the model, and the data that it is evaluated on. */

import type { Dataset, Model } from "../index.js";
import { columnsOf } from "./columns.js";
import type { ValuesOf } from "./option.js";
import type { columns, compute, evaluatedSplit } from "./shared-options.js";

type EvaluatedValues = ValuesOf<typeof columns & typeof evaluatedSplit & typeof compute> & {
  readonly data: string;
};

/** Load the model at `path`, and open `--data` with the columns that the model reads. */
export async function openEvaluated(
  path: string,
  values: EvaluatedValues,
  signal: AbortSignal,
): Promise<{ model: Model; data: Dataset }> {
  const { loadModel, openDataset } = await import("../index.js");
  const { threads, device, runtime } = values;
  const model = await loadModel(path, { threads, device, runtime });
  const roles = columnsOf(values, values["split-column"]);
  return { model, data: await openDataset(values.data, { ...roles, like: model.card, signal }) };
}

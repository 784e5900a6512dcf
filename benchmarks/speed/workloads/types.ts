/** The description of a workload. */

import type { MetaTrainOptions } from "../../../src/index.js";
import type { Cost } from "../flops.js";
import type { RunningWorkload } from "../timing.js";

export interface Workload {
  readonly id: string;
  /** One line for the table. */
  readonly description: string;
  /** Tasks per unit of work (W9, W12 to W14: examples; W11: commands). */
  readonly tasks: number;
  /** Cost of one task; absent for commands. */
  readonly cost?: Cost;
  /** Generate the data and start the workload. */
  start(threads: number): RunningWorkload | Promise<RunningWorkload>;
  /** Start the same workload with augmentation, on image files for workloads with images. */
  readonly startAugmented?: (threads: number) => RunningWorkload | Promise<RunningWorkload>;
  /** Write the values as files to an empty folder, for the peers; absent if these draw their own. */
  readonly writePeerData?: (folder: string) => Promise<void>;
  /** The workload it alternates with, and the target: the most milliseconds per unit beyond the reference's. */
  readonly reference?: { start(): RunningWorkload; readonly targetMs: number };
  /** Whether its episodes are divided among threads, so that it is also measured on one thread. */
  readonly scales?: boolean;
}

export type RecipeOptions = Omit<MetaTrainOptions, "data">;

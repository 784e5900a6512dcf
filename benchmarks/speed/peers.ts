/** Peers: the same workloads in PyTorch and ONNX Runtime, run by a Python script. */

import { join } from "node:path";
import { root } from "./paths.js";
import { failureOf, runProcess } from "./spawn.js";

/** One implementation of a workload with one setting of the memory allocator. */
export interface PeerRow {
  readonly workload: string;
  readonly impl: string;
  readonly alloc: string;
  /** Version of PyTorch. */
  readonly torch: string;
}

export interface PeerMeasurement {
  readonly perSecond: number;
  readonly peakMB: number;
}

/** Generous, since compiling a peer may take minutes. */
const TIMEOUT_SECONDS = 900;

export const nameOf = ({ impl, alloc }: PeerRow): string => `${impl} (${alloc})`;

/** The peer script with its interpreter, from METAMODAL_PYTHON and METAMODAL_PEERS. */
export class Peers {
  readonly #python = process.env.METAMODAL_PYTHON ?? "python3";
  readonly #script = process.env.METAMODAL_PEERS ?? join(root, "../shared/peers/bench_torch.py");

  constructor(readonly threads: number) {}

  /** List all rows, or the reason why there are none. */
  async list(): Promise<{ rows: PeerRow[]; reason?: string }> {
    const finished = await this.#run(["list"]).catch((error: Error) => error);
    if (finished instanceof Error) return { rows: [], reason: finished.message };
    if (finished.code !== 0) return { rows: [], reason: failureOf(finished) };
    return {
      rows: finished.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    };
  }

  /**
   * Measure a row; `data` is the folder of values that the workload wrote. Returns the reason as a string if the row
   * cannot run.
   */
  async measure(
    { workload, impl, alloc }: PeerRow,
    budget: number,
    data?: string,
  ): Promise<PeerMeasurement | string> {
    const values = data === undefined ? [] : ["--data", data];
    const finished = await this.#run(["row", workload, impl, alloc, "--budget", `${budget}`, ...values]);
    const line = /^JSON (.*)$/m.exec(finished.stdout)?.[1];
    if (!line) return failureOf(finished);
    const { tasks_per_s_median: perSecond, peak_rss_mb: peakMB } = JSON.parse(line);
    return { perSecond, peakMB };
  }

  #run(args: readonly string[]) {
    const runner = join(root, "benchmarks/speed/peers/run.py");
    const threads = ["--threads", `${this.threads}`];
    return runProcess(this.#python, ["-B", runner, this.#script, ...args, ...threads], TIMEOUT_SECONDS);
  }
}

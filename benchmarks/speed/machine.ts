/** The machine and versions of a measurement, without host names. */

import { availableParallelism, cpus, totalmem } from "node:os";
import { libraryVersions } from "../../src/model/versions.js";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly platform: string;
  readonly node: string;
  readonly libraries: Readonly<Record<string, string>>;
  /** Version of PyTorch; null if no peers were measured. */
  readonly torch: string | null;
  readonly date: string;
}

/** Describe this machine. */
export const describeMachine = (torch: string | null): Machine => ({
  cpu: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryGB: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
  libraries: libraryVersions(),
  torch,
  date: new Date().toISOString().slice(0, 10),
});

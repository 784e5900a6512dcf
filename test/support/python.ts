/** Python with onnx and onnxruntime, for checks of exported files by other implementations than ours. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";

const interpreter = process.env.METAMODAL_PYTHON ?? "python3";

/** Why such checks are skipped; undefined if there is a Python with these packages. */
export const noPython: string | undefined = (() => {
  try {
    execFileSync(interpreter, ["-c", "import numpy, onnx, onnxruntime"], { stdio: "pipe" });
    return undefined;
  } catch {
    return `skipped: ${interpreter} (METAMODAL_PYTHON) has no onnx and onnxruntime`;
  }
})();

/** Run a program in a folder; its output. */
export const python = (args: readonly string[], cwd?: string): string =>
  execFileSync(interpreter, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** The largest difference per file of exports, after all checks (check_onnx.py). */
export const checkedDifferences = (folders: readonly string[]): Record<string, number> =>
  JSON.parse(python([join(import.meta.dirname, "check_onnx.py"), ...folders]));

/** Whether programs run on a device of this machine. */

import { float32 } from "../../base/array.js";
import { InputError } from "../../base/errors.js";
import { np, type Tensor } from "../trace/jax.js";
import { Engine } from "./engine.js";
import type { Device } from "./options.js";

/** Run a small program on a device: why it cannot be used here, or undefined if it can. */
export async function deviceProblem(device: Device): Promise<string | undefined> {
  const x = float32([1, 2, 3, 4], [2, 2]);
  const program = new Engine({ device, threads: 1 }).compile((a: Tensor) => np.matmul(a, a), [x]);
  try {
    await program.run([x]);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  } finally {
    program.release();
  }
}

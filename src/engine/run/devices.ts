/** Whether programs run on a device here: one is run there. */

import { float32 } from "../../base/array.js";
import { InputError } from "../../base/errors.js";
import { np, type Tensor } from "../trace/jax.js";
import type { Device } from "./options.js";
import { Engine } from "./program.js";

/** Undefined where the device works, else why it does not. */
export async function whyNot(device: Device): Promise<string | undefined> {
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

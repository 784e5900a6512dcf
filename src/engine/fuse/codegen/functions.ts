/** The WebAssembly module of a program: its kernels, each kind once, and the runs of kernels that call them. */

import type { Kernel } from "../schedule/kernel.js";
import { emitKernel } from "./emit.js";
import { encodeModule, FunctionBody } from "./wasm.js";

/** The functions of a module: one a kind of kernel, and one a run of kernels that calls them with addresses. */
export class Functions {
  readonly #kernels = new Map<string, { index: number; body: FunctionBody }>();
  readonly #runs: { index: number; addresses: readonly number[] }[][] = [];
  #open = false;

  /** Add a kernel call; the name of the run it starts, if it starts one. */
  add(kernel: Kernel, addresses: readonly number[]): string | undefined {
    const names = [...kernel.leaves, ...kernel.results].map((array) => array.name);
    const anonymous = <T extends { name: string }>(array: T) => ({
      ...array,
      name: names.indexOf(array.name),
    });
    const [leaves, results] = [kernel.leaves.map(anonymous), kernel.results.map(anonymous)];
    const key = JSON.stringify({ ...kernel, leaves, results });
    const known = this.#kernels.get(key) ?? { index: this.#kernels.size, body: emitKernel(kernel) };
    this.#kernels.set(key, known);
    const call = { index: known.index, addresses };
    if (this.#open) {
      this.#runs.at(-1)!.push(call);
      return undefined;
    }
    this.#open = true;
    return `run${this.#runs.push([call]) - 1}`;
  }

  endRun(): void {
    this.#open = false;
  }

  encode(pages: number): Uint8Array {
    const runs = this.#runs.map((calls, i) => {
      const body = new FunctionBody(0);
      for (const { index, addresses } of calls) {
        for (const address of addresses) body.int(address);
        body.op("call", index);
      }
      return { body, name: `run${i}` };
    });
    return encodeModule([...this.#kernels.values(), ...runs], pages);
  }
}

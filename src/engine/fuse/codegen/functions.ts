/** The WebAssembly module of a program: one function per distinct kernel, product and convolution, and one per run of these that calls them. */

import type { Kernel } from "../analysis/kernel.js";
import { emitKernel } from "./emit.js";
import { encodeModule, FunctionBody } from "./wasm.js";

export class Functions {
  readonly #known = new Map<string, { index: number; body: FunctionBody }>();
  readonly #runs: { index: number; addresses: readonly number[] }[][] = [];
  /** Whether the next call continues the last run. */
  #isOpen = false;

  /** Add a call of a kernel with the addresses of its arrays. Returns the name of the run that it starts, if it starts one. */
  addKernel(kernel: Kernel, addresses: readonly number[]): string | undefined {
    const names = [...kernel.inputs, ...kernel.outputs].map((array) => array.name);
    const numbered = <T extends { name: string }>(array: T) => ({
      ...array,
      name: names.indexOf(array.name),
    });
    const [inputs, outputs] = [kernel.inputs.map(numbered), kernel.outputs.map(numbered)];
    return this.add(JSON.stringify({ ...kernel, inputs, outputs }), () => emitKernel(kernel), addresses);
  }

  /** Add a call of a function, which `emit` emits unless there is one with this key; as `addKernel`. */
  add(key: string, emit: () => FunctionBody, addresses: readonly number[]): string | undefined {
    const known = this.#known.get(key) ?? { index: this.#known.size, body: emit() };
    this.#known.set(key, known);
    const call = { index: known.index, addresses };
    if (this.#isOpen) {
      this.#runs.at(-1)!.push(call);
      return undefined;
    }
    this.#isOpen = true;
    return `run${this.#runs.push([call]) - 1}`;
  }

  /** Let the next call start a run. */
  endRun(): void {
    this.#isOpen = false;
  }

  /** The module, whose memory has so many pages. */
  encode(pages: number): Uint8Array {
    const runs = this.#runs.map((calls, i) => {
      const body = new FunctionBody(0);
      for (const { index, addresses } of calls) {
        for (const address of addresses) body.int(address);
        body.op("call", index);
      }
      return { body, name: `run${i}` };
    });
    return encodeModule([...this.#known.values(), ...runs], pages);
  }
}

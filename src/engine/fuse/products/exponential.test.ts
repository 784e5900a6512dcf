/** exp and log in WebAssembly are within two units in the last place of those in doubles, everywhere. */

import { expect, it } from "vitest";
import { encodeModule, FunctionBody } from "../codegen/wasm.js";
import { emitExponential } from "./exponential.js";

function run(type: string, values: readonly number[]): Float32Array {
  const call = new FunctionBody(0);
  const [from, to] = [64, 128 + 4 * values.length];
  call.int(from).int(to).int(0).op("call", 0);
  const pages = Math.ceil((to + 4 * values.length + 64) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages });
  new Float32Array(memory.buffer, from, values.length).set(values);
  const around = new Uint8Array(memory.buffer, to + 4 * values.length, 32).fill(171);
  const functions = [{ body: emitExponential(type, values.length) }, { body: call, name: "run" }];
  const instance = new WebAssembly.Instance(new WebAssembly.Module(encodeModule(functions, pages)), {
    env: { memory },
  });
  (instance.exports.run as () => void)();
  expect(around.every((byte) => byte === 171)).toBe(true);
  return new Float32Array(memory.buffer, to, values.length);
}

/** The distance of two neighbouring floats at a value. */
const unit = (value: number) => Math.max(2 ** -149, 2 ** (Math.floor(Math.log2(Math.abs(value))) - 23));

const floats = (count: number, of: (fraction: number) => number) =>
  Array.from({ length: count }, (_, i) => Math.fround(of(i / (count - 1))));

it.each([
  ["Exp", Math.exp, floats(20_001, (t) => -104 + 192.7 * t)],
  ["Exp", Math.exp, floats(4_003, (t) => 2 * t - 1)],
  ["Log", Math.log, floats(20_001, (t) => 2 ** (-149 + 276 * t))],
  ["Log", Math.log, floats(4_003, (t) => 0.5 + 1.5 * t)],
] as const)("%s", (type, exact, values) => {
  const results = run(type, values);
  let error = 0;
  for (const [i, x] of values.entries()) {
    const expected = exact(x);
    error = Math.max(error, Math.abs(results[i] - expected) / unit(expected || 1e-45));
  }
  expect(error).toBeLessThan(2);
});

it("infinite values, zeros, negative values and not-a-number", () => {
  const { POSITIVE_INFINITY: infinity, NaN: none } = Number;
  const values = [infinity, -infinity, none, 0, -0, 1, 89, -120, -1];
  expect([...run("Exp", values)]).toEqual([
    infinity,
    0,
    none,
    1,
    1,
    Math.fround(Math.E),
    infinity,
    0,
    Math.fround(1 / Math.E),
  ]);
  expect([...run("Log", values)].slice(0, 6)).toEqual([infinity, none, none, -infinity, -infinity, 0]);
  expect(run("Log", values)[8]).toBeNaN();
});

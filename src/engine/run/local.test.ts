/** The engine without threads: its results are those of the engine in Node, and it reaches no module of Node. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { float32, type NDArray } from "../../base/array.js";
import { gradient, nn, np, type Tensor } from "../index.js";
import { Engine } from "./engine.js";
import { localEngine } from "./local.js";

const values = (n: number) => Array.from({ length: n }, (_, i) => Math.sin(i));
const x = float32(values(64 * 32), [64, 32]);
const w = float32(values(32 * 10), [32, 10]);
const loss = (a: Tensor, b: Tensor) => np.mean(nn.logSoftmax(np.matmul(a, b), -1));
const step = (a: Tensor, b: Tensor) => gradient((c: Tensor) => loss(a.ref, c))(b);

it("has the results of the threads of Node, to the byte", async () => {
  const threads = new Engine({ threads: 2, runtime: "wasm" });
  const here = localEngine();
  expect(here.threads).toBe(1);
  const expected = await threads.compile(step as never, [x, w]).run([x, w]);
  expect(await here.compile(step as never, [x, w]).run([x, w])).toEqual(expected);
});

it("has them of a program that threads share, too", async () => {
  const [a, b] = [1, 2].map((seed) => float32(values(384 * 384 * seed).slice(-384 * 384), [384, 384]));
  const chains = (p: Tensor, q: Tensor) => {
    const first = np.matmul(np.matmul(p.ref, q.ref), q.ref);
    return first.mul(1e-3).add(np.matmul(np.matmul(q, p.ref), p));
  };
  const threads = new Engine({ threads: 2, runtime: "wasm" });
  const shared = threads.compile(chains as never, [a, b], { alone: true });
  expect(shared.fused?.threads).toHaveLength(2);
  const expected = await localEngine()
    .compile(chains as never, [a, b])
    .run([a, b]);
  expect(await shared.run([a, b])).toEqual(expected);
});

it("runs programs one after another, closes and opens them again, and ends at a signal", async () => {
  const program = localEngine().compile(step as never, [x, w]);
  const [first, second] = await Promise.all([program.run([x, w]), program.run([x, w])]);
  program.release();
  expect(second).toEqual(first);
  expect(await program.run([x, w])).toEqual(first);
  const stopped = AbortSignal.abort(new Error("stopped"));
  await expect(program.run([x, w], { signal: stopped })).rejects.toThrow("stopped");
});

it("opens a program again after it had no memory for it", async () => {
  const program = localEngine().compile(step as never, [x, w]);
  const { Memory } = WebAssembly;
  const noMemory = class {
    constructor() {
      throw new RangeError("could not allocate memory");
    }
  };
  Object.assign(WebAssembly, { Memory: noMemory });
  try {
    await expect(program.run([x, w])).rejects.toThrow("could not allocate memory");
  } finally {
    Object.assign(WebAssembly, { Memory });
  }
  await program.run([x, w]);
});

it("neither it nor networks reach a module of Node, or ONNX Runtime", () => {
  const entries = ["src/engine/run/local.ts", "src/engine/network/index.ts"];
  const files = new Set(entries);
  for (const file of files) {
    const source = readFileSync(file, "utf8");
    for (const [, to] of source.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from "([^"]+)";/gm)) {
      if (to.startsWith(".")) files.add(join(file, "..", to).replace(/\.js$/, ".ts"));
      else expect(["@jax-js/jax"], `${file} imports ${to}`).toContain(to);
    }
  }
  expect(files.size).toBeGreaterThan(30);
});

it("takes and gives arrays without entries", async () => {
  const none = float32([], [0, 3]);
  const some = float32([1, 2], [2]);
  const fn = (p: Tensor, q: Tensor) => [np.matmul(p.ref, np.ones([3, 2])), q.add(1), np.sum(p)];
  const results = await localEngine()
    .compile<NDArray[]>(fn as never, [none, some])
    .run([none, some]);
  expect(results.map(({ shape, data }) => [shape, ...data])).toEqual([[[0, 2]], [[2], 2, 3], [[], 0]]);
});

it("says which products it uses, and fused ones have nearly the results of others", async () => {
  const relaxed = localEngine({ relaxed: true });
  expect(localEngine().runtime).toBe("wasm");
  const [expected, actual] = await Promise.all(
    [localEngine(), relaxed].map((engine) => engine.compile<NDArray>(step as never, [x, w]).run([x, w])),
  );
  for (const [i, value] of actual.data.entries()) expect(value).toBeCloseTo(expected.data[i], 6);
  // Node has them from version 21 on.
  const isNew = Number(process.versions.node.split(".")[0]) > 20;
  expect(relaxed.runtime).toBe(isNew ? "wasm-relaxed" : "wasm");
});

/**
 * `npm run bench:wasm`: the executor in WebAssembly against onnxruntime-web, TensorFlow.js's WebAssembly backend and
 * onnxruntime-node, each on one thread, interleaved. Prints the tables of docs/performance.md.
 */

import { median } from "../timing.js";
import { check, contenders, measure, ratio, type Subject } from "./contender.js";
import { productSubjects } from "./products.js";
import { conv4Subject, photoSubject } from "./subjects.js";

const ROUNDS = 15;
/** The row of a subject: the executor's rate, and the times of the others divided by its own. */
async function rowOf(subject: Subject, rate: (milliseconds: number) => string): Promise<string[]> {
  await check(subject);
  const times = await measure(subject, ROUNDS);
  const own = times.get("own")!;
  return [
    subject.name,
    rate(median(own)),
    ...contenders.slice(1).map((name) => {
      const other = times.get(name);
      return other ? `${ratio(own, other).toFixed(2)} (${rate(median(other))})` : "";
    }),
  ];
}

/** Print a table whose columns but the first are contenders. */
function print(rows: readonly (readonly string[])[]): void {
  const head = [
    ["", ...contenders],
    ["---", ...contenders.map(() => "---:")],
  ];
  process.stdout.write(`${[...head, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n\n`);
}

const products: string[][] = [];
for (const subject of await productSubjects())
  products.push(await rowOf(subject, (ms) => `${(subject.flops / ms / 1e6).toFixed(1)} GFLOP/s`));
print(products);
const networks: string[][] = [];
for (const subject of [await conv4Subject(), await photoSubject()])
  networks.push(await rowOf(subject, (ms) => `${ms.toFixed(1)} ms`));
print(networks);
// ONNX Runtime keeps threads.
process.exit(0);

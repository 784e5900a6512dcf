/** docs/fusing.md shows what every stage makes of its example. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Engine, nn, np, type Tensor } from "../index.js";
import { lower } from "../lower/index.js";
import { TensorTable } from "../lower/tensors.js";
import { trace } from "../trace/trace.js";
import type { Kernel } from "./analysis/kernel.js";
import { readTransposed } from "./analysis/transposed.js";
import type { Call } from "./codegen/fused-program.js";
import { ProgramMemory } from "./schedule/memory.js";
import { arrange } from "./schedule/nest.js";
import { partsOf } from "./schedule/parts.js";
import { plan } from "./schedule/plan.js";

const page = readFileSync(new URL("../../../docs/fusing.md", import.meta.url), "utf8");
const softmax = (x: Tensor, w: Tensor) => nn.softmax(np.matmul(x, w).mul(1 / 8), -1);
const specs = [
  [256, 64],
  [64, 100],
].map((shape) => ({ dtype: "float32" as const, shape }));

const { graph } = lower(trace(softmax, specs), { im2col: "plain" });
const planned = plan(graph, new TensorTable(graph));
const { steps, stored, tensors } = planned;

/** A term as an expression of the kernel's inputs. */
function expression({ terms, inputs }: Kernel, position: number): string {
  const term = terms[position];
  if (term.kind === "load") return inputs[term.input].name;
  if (term.kind === "number") return `${term.number}`;
  if (term.kind === "apply")
    return `${term.type}(${term.operands.map((operand) => expression({ terms, inputs } as Kernel, operand)).join(", ")})`;
  return "…";
}

function loopNest(kernel: Kernel): string {
  const { loops, vector } = arrange(kernel);
  return loops.map(({ size, use }, i) => `${size} ${use}${i === vector ? " (vector)" : ""}`).join(", ");
}

/** The page has a block of these lines. */
const shows = (lines: readonly string[]) => expect(page).toContain(`\`\`\`text\n${lines.join("\n")}\n\`\`\``);

it("the graph, and where each tensor is", () => {
  // The rewrites leave this graph as it is.
  expect(readTransposed(graph)).toEqual(graph);
  shows(
    graph.nodes.map((node) => {
      const [name] = node.outputs;
      const data = node.inputs.filter((input) => tensors.types.get(input)?.dtype === "float32");
      const place = stored.memoryOf(name)?.name;
      const kernels = place === undefined ? "inside kernels" : place === name ? "stored" : `view of ${place}`;
      const where = stored.isFused(node) ? kernels : "ONNX Runtime";
      return `${name.padEnd(14)}${`${node.type}(${data.join(", ")})`.padEnd(30)}${`[${tensors.of(name).shape}]`.padEnd(11)}${where}`;
    }),
  );
});

it("the steps, with their loop nests", () => {
  shows(
    steps.map((step, i) => {
      if (step.kind === "part") return `${i} part    ${step.nodes.map(({ type }) => type).join(", ")}`;
      const { kernel } = step;
      const outputs = kernel.outputs.map(({ name, combine, term }) => {
        const value = expression(kernel, term);
        return `${name} = ${combine === "store" ? value : `${combine}(${value})`}`;
      });
      return `${i} kernel  ${outputs.join("; ").padEnd(54)}${loopNest(kernel)}`;
    }),
  );
});

it("the memory", () => {
  const memory = new ProgramMemory(graph, planned, partsOf(graph, planned));
  const names = [...graph.inputs, ...graph.outputs].map(({ name }) => name);
  const all = [...names, ...graph.nodes.map(({ outputs: [name] }) => name)].filter((name) =>
    memory.has(name),
  );
  shows(
    all.map((name) => {
      const { address } = memory.located(name);
      return `${name.padEnd(14)}${`${address}`.padStart(7)} to ${address + memory.bytesOf(name)}`;
    }),
  );
});

it("the module, the models and the calls", () => {
  const { pages, module, models, threads } = new Engine({ threads: 1 }).compile(softmax, specs).fused!;
  const nameOf = (call: Call) =>
    "run" in call ? call.run : "model" in call ? `model ${call.model}` : "crossing";
  shows([
    `memory    ${pages} pages of 64 kB`,
    `module    ${module.length} bytes`,
    ...models.map(({ length }, i) => `model ${i}   ${length} bytes`),
    `calls     ${threads[0].calls.map(nameOf).join(", ")}`,
  ]);
});

/** The calls that one thread makes, in their order. Functions of the module in a row are one call. */

import type { OnnxGraph } from "../../lower/onnx.js";
import { isWasm } from "../../run/options.js";
import type { ProgramMemory } from "../schedule/memory.js";
import type { Part } from "../schedule/parts.js";
import { originalOf, type Plan, type Step } from "../schedule/plan.js";
import type { Functions } from "./functions.js";
import type { Call, Computed } from "./fused-program.js";
import type { Models } from "./models.js";

/** A planned graph, and the code that is generated for it. */
export interface Code {
  readonly graph: OnnxGraph;
  readonly plan: Plan;
  /** By the step's position. */
  readonly parts: ReadonlyMap<number, Part>;
  readonly memory: ProgramMemory;
  readonly functions: Functions;
  readonly models: Models;
}

export class CallList {
  readonly calls: Call[] = [];

  constructor(readonly code: Code) {
    code.functions.endRun();
  }

  /** Add a call that no function joins. */
  add(call: Call): void {
    this.code.functions.endRun();
    this.calls.push(call);
  }

  /** Add the call of a step, by its position in the plan. */
  addStep(i: number): void {
    const { graph, plan, parts, memory, functions } = this.code;
    const step = plan.steps[i];
    const computes = computedBy(step, graph);
    if (step.kind === "part") {
      this.#addPart(parts.get(i)!, computes);
      return;
    }
    // With sources, every kernel is a call of its own, so that it can be timed.
    if (computes) functions.endRun();
    const arrays = [...step.kernel.inputs, ...step.kernel.outputs];
    const addresses = arrays.map(({ name }) => memory.located(name).address);
    const run = functions.addKernel(step.kernel, addresses);
    if (run) this.calls.push({ run, ...computes });
  }

  /** Add the call of a part: a model, or one node as a function of the module or as an operator in JavaScript. */
  #addPart(part: Part, computes: ReturnType<typeof computedBy>): void {
    const { plan, memory, functions, models } = this.code;
    const [node] = part.nodes;
    const compiled = plan.compiled(node);
    if (compiled) {
      if (computes) functions.endRun();
      const addresses = compiled.arrays.map((name) =>
        name === undefined ? 0 : memory.located(name).address,
      );
      const run = functions.add(compiled.key, compiled.emit, [...addresses, memory.scratch]);
      if (run) this.calls.push({ run, ...computes });
    } else if (isWasm(plan.runtime)) this.add({ ...operationOf(part, memory), ...computes });
    else this.add({ ...models.callOf(part), ...computes });
  }
}

/** The call of a node that is computed in JavaScript. */
function operationOf({ nodes, inputs, outputs }: Part, memory: ProgramMemory): Call {
  const [{ type, attributes }] = nodes;
  const located = (names: readonly string[]) => names.map((name) => memory.located(name));
  return { operation: { type, attributes, inputs: located(inputs), outputs: located(outputs) } };
}

/** What a step computes, if sources are recorded. */
function computedBy(step: Step, { sources }: OnnxGraph): { computes: Computed[] } | undefined {
  if (!sources) return undefined;
  const computed = (name: string, operator: string) => ({ operator, source: sources.get(originalOf(name)) });
  return {
    computes:
      step.kind === "kernel"
        ? step.targets.map(({ name }) => computed(name, "Kernel"))
        : step.nodes.map(({ type, outputs }) => computed(outputs[0], type)),
  };
}

/** Code generation: a plan becomes a WebAssembly module, ONNX models, and the calls to them that each thread makes. */

import { countTypes, type OnnxGraph } from "../../lower/onnx.js";
import { ALL_THREADS, type Division, divide, type Task } from "../schedule/divide.js";
import { ProgramMemory } from "../schedule/memory.js";
import { partsOf } from "../schedule/parts.js";
import type { Plan } from "../schedule/plan.js";
import { kernelTask, partTask } from "../schedule/tasks.js";
import { CallList, type Code } from "./calls.js";
import { Functions } from "./functions.js";
import { type Call, type Crossing, type FusedProgram, PAGE, type ThreadCalls } from "./fused-program.js";
import { Models } from "./models.js";

/** Estimated run time in seconds from which on a program is divided: a shorter one loses more by waiting than it gains. */
const MIN_DIVIDED_SECONDS = 2e-3;
/** Crossings begin at multiples of so many bytes in shared memory. */
const ALIGNMENT = 64;

/** The fused program of a plan, divided among at most `maxThreads` threads. */
export function assemble(graph: OnnxGraph, plan: Plan, maxThreads: number): Omit<FusedProgram, "flops"> {
  const parts = partsOf(graph, plan);
  const memory = new ProgramMemory(graph, plan, parts);
  const [functions, models] = [new Functions(), new Models(plan.tensors, memory)];
  const { threads, crossings } = callsOfThreads(
    { graph, plan, parts, memory, functions, models },
    maxThreads,
  );
  const pages = Math.ceil(memory.bytes / PAGE);
  return {
    pages,
    module: functions.encode(pages),
    models: models.files,
    constants: [...plan.tensors.constants.values()]
      .filter(({ name }) => memory.has(name))
      .map(({ name, data }) => ({ at: memory.located(name), data })),
    inputs: graph.inputs.map(({ name }) => memory.located(name)),
    threads,
    crossings,
    operators: countTypes([
      ...plan.steps.flatMap(({ kind }) => (kind === "kernel" ? [{ type: "Kernel" }] : [])),
      ...[...parts.values()].flatMap(({ nodes }) => nodes),
    ]),
  };
}

/** The calls of each thread. Those that depend on constants alone, every thread makes for itself. */
function callsOfThreads(code: Code, maxThreads: number): Pick<FusedProgram, "threads" | "crossings"> {
  const steps = [...code.plan.steps.keys()];
  const fixed = steps.filter((i) => code.plan.steps[i].fixed);
  const moving = steps.filter((i) => !code.plan.steps[i].fixed);
  const tasks = moving.map((i) => taskOf(i, code));
  const seconds = tasks.reduce((sum, task) => sum + task.seconds, 0);
  const count = seconds < MIN_DIVIDED_SECONDS ? 1 : maxThreads;
  const division = divide(tasks, count);
  const { crossings, bytes } = crossingsOf(division);
  const threads = Array.from({ length: count }, (_, thread): ThreadCalls => {
    const once = new CallList(code);
    for (const i of fixed) once.addStep(i);
    const calls = callsOfThread(thread, moving, division, crossings, code);
    const owns = (name: string) => (division.owners.get(code.plan.stored.placeOf(name).name) ?? 0) === thread;
    const outputs = code.graph.outputs.map(({ name }) => (owns(name) ? code.memory.located(name) : null));
    return { once: once.calls, calls, outputs };
  });
  return { threads, crossings: { count: crossings.length, bytes } };
}

function taskOf(i: number, { plan, parts, memory }: Code): Task {
  const step = plan.steps[i];
  return step.kind === "kernel" ? kernelTask(step, plan, memory) : partTask(parts.get(i)!, plan, memory);
}

/** Places in shared memory for all transfers, and the bytes they take. */
function crossingsOf({ transfers }: Division): { crossings: Crossing[]; bytes: number } {
  let bytes = 0;
  const crossings = transfers.map(({ region }, index): Crossing => {
    const at = bytes;
    bytes += Math.ceil(region.bytes / ALIGNMENT) * ALIGNMENT;
    return { index, address: region.address, bytes: region.bytes, at };
  });
  return { crossings, bytes };
}

/** What a thread calls in a run: its steps, what it receives before and sends after each. */
function callsOfThread(
  thread: number,
  steps: readonly number[],
  { threads, transfers }: Division,
  crossings: readonly Crossing[],
  code: Code,
): Call[] {
  const list = new CallList(code);
  for (const [task, step] of steps.entries()) {
    if (threads[task] !== thread && threads[task] !== ALL_THREADS) continue;
    for (const [i, { to, before }] of transfers.entries())
      if (to === thread && before === task) list.add({ receive: crossings[i] });
    list.addStep(step);
    for (const [i, { from, after }] of transfers.entries())
      if (from === thread && after === task) list.add({ send: crossings[i] });
  }
  return list.calls;
}

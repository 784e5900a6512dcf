/** Steps as tasks for {@link divide}: what they cost, read and write. */

import { flopsOf, SECONDS_PER_CALL, SECONDS_PER_ENTRY, SECONDS_PER_FLOP } from "./cost.js";
import type { Task } from "./divide.js";
import type { ProgramMemory } from "./memory.js";
import type { Part } from "./parts.js";
import type { KernelStep, Plan } from "./plan.js";

export function kernelTask({ kernel }: KernelStep, { stored }: Plan, memory: ProgramMemory): Task {
  const { inputs, outputs, loops, uses } = kernel;
  const places = [...new Set(outputs.map((output) => stored.placeOf(output.name).name))];
  const iterations = loops.reduce((n, size, loop) => (uses[loop] === "folded" ? n : n * size), 1);
  return {
    seconds: iterations * (inputs.length + outputs.length) * SECONDS_PER_ENTRY,
    reads: inputs.map((input) => input.name),
    writes: places.map((place) => ({
      place,
      address: memory.located(place).address,
      bytes: memory.bytesOf(place),
    })),
    kernel: true,
  };
}

export function partTask(part: Part, { tensors, stored }: Plan, memory: ProgramMemory): Task {
  return {
    seconds: SECONDS_PER_CALL + flopsOf(part.nodes, tensors) * SECONDS_PER_FLOP,
    reads: [...new Set(part.inputs.map((name) => stored.placeOf(name).name))],
    writes: part.outputs.map((name) => ({
      place: stored.placeOf(name).name,
      address: memory.located(name).address,
      bytes: memory.bytesOf(name),
    })),
    kernel: false,
  };
}

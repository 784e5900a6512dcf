/** Records the calls of the programs that an engine compiles. */

import type { Arrays } from "../../../src/base/array.js";
import type { Engine, Program } from "../../../src/engine/index.js";

/** A program with the number and total time of its calls, and the arguments of the last one. */
export interface RecordedProgram {
  readonly program: Program;
  calls: number;
  milliseconds: number;
  args: readonly Arrays[];
}

/** Record all programs that the engine compiles from now on. */
export function recordPrograms(engine: Engine): readonly RecordedProgram[] {
  const recorded: RecordedProgram[] = [];
  const compile = engine.compile.bind(engine);
  engine.compile = ((...definition: Parameters<Engine["compile"]>) => {
    const program = compile(...definition);
    const entry: RecordedProgram = { program, calls: 0, milliseconds: 0, args: [] };
    recorded.push(entry);
    const start: Program["start"] = (args, options) => {
      const before = performance.now();
      const { results, done } = program.start(args, options);
      const recordedDone = done.then(() => {
        entry.calls++;
        entry.milliseconds += performance.now() - before;
        entry.args = args;
      });
      return { results, done: recordedDone };
    };
    const run: Program["run"] = async (args, options) => {
      const { results, done } = start(args, options);
      await done;
      return results;
    };
    return Object.assign(Object.create(program), { start, run });
  }) as Engine["compile"];
  return recorded;
}

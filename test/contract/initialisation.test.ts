/** Every learner's options are checked, and its initial parameters follow from the seed and the modality alone. */

import { describe, expect, it } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { learners } from "../../src/learner/index.js";
import { parseRecipe } from "../../src/model/index.js";
import { as, programsOf } from "../support/contract.js";
import { engine } from "../support/engine.js";
import { arraysOf, tinyPrograms } from "../support/tiny.js";

describe.each(Object.keys(learners))("%s", (name) => {
  it("rejects options it does not have", () => {
    const parse = (options: object) => parseRecipe({ learner: { name, ...options } }, "r.yaml");
    expect(() => parse({ nonsense: 1 })).toThrow(InputError);
    expect(() => parse({ nonsense: 1 })).toThrow(/field "learner.*nonsense"/);
    expect(() => parse({})).not.toThrow();
  });

  it("starts from parameters that follow from the seed, whatever other modalities there are", () => {
    const programs = programsOf(name);
    const both = new Map(arraysOf(programs.definition.init(5)));
    expect(new Map(arraysOf(programs.definition.init(5)))).toEqual(both);
    const only = tinyPrograms(engine, { learner: as(name) }, ["strokes"]);
    const alone = arraysOf(only.definition.init(5)).filter(([path]) => path.includes("strokes"));
    expect(alone.length).toBeGreaterThan(0);
    for (const [path, array] of alone) expect(array, path).toEqual(both.get(path));
    const weight = "params.network.encoders.strokes.blocks.0.weight";
    expect(new Map(arraysOf(programs.definition.init(6))).get(weight)).not.toEqual(both.get(weight));
  });
});

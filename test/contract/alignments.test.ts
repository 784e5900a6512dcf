/** Every alignment's loss uses every modality that is present and nothing that is absent. */

import { describe, expect, it } from "vitest";
import { type Alignment, alignments } from "../../src/alignment/index.js";
import { float32, type NDArray } from "../../src/base/array.js";
import { random } from "../../src/base/random.js";
import { type Tensor, type Tensors, valueAndGradient } from "../../src/engine/index.js";
import { relativeError } from "../support/eager.js";
import { engine } from "../support/engine.js";
import { mapArrays, normals } from "../support/tiny.js";

describe.each(Object.values<Alignment>(alignments))("the alignment $name", ({ init, solve, loss }) => {
  const [n, width] = [7, 5];
  const r = random(3, "alignment");
  const names = ["a", "b", "c"];
  const features = Object.fromEntries(names.map((name) => [name, normals(r, [n, width])]));
  const has: Record<string, number[]> = {
    a: [1, 1, 1, 0, 1, 1, 1],
    b: [1, 1, 0, 1, 1, 1, 0],
    c: [1, 1, 1, 1, 0, 1, 0],
  };
  const present = Object.fromEntries(names.map((name) => [name, float32(has[name], [n])]));
  const params = init?.() ?? {};
  const slopesOf = (of: Record<string, NDArray>, who: Record<string, NDArray>) => {
    const args = [of, who, params, solve?.(of, who) ?? {}];
    const slopes = (f: Tensors, p: Tensors, own: Tensors, solved: Tensors) =>
      valueAndGradient((x: Tensors): [Tensor, Tensors] => [loss(x as never, p as never, own, solved), {}])(f);
    const program = engine.compile(slopes as never, args as never);
    return program.run(args) as Promise<unknown> as Promise<{
      loss: NDArray;
      gradient: Record<string, NDArray>;
    }>;
  };

  it("is 0 where there is one modality only, with no gradient", async () => {
    const { loss: value, gradient: slope } = await slopesOf({ a: features.a }, { a: present.a });
    expect(Math.abs(value.data[0])).toBeLessThan(1e-6);
    expect(Math.max(...slope.a.data.map(Math.abs))).toBeLessThan(1e-6);
  });

  it("draws on every modality, and not on what is absent", async () => {
    const { loss: value, gradient: slope } = await slopesOf(features, present);
    const garbage = mapArrays(
      ({ data, shape }, name) =>
        float32(
          data.map((x, i) => (has[name][Math.floor(i / width)] ? x : 1e3)),
          shape,
        ),
      features,
    );
    const other = await slopesOf(garbage, present);
    expect(other.loss.data[0]).toBeCloseTo(value.data[0], 5);
    for (const name of names) {
      expect(relativeError([...other.gradient[name].data], [...slope[name].data])).toBeLessThan(1e-4);
      for (const [i, here] of has[name].entries()) {
        const size = Math.max(...slope[name].data.slice(i * width, (i + 1) * width).map(Math.abs));
        const alone = names.every((one) => one === name || !has[one][i]);
        if (here && !alone) expect(size, `${name} ${i}`).toBeGreaterThan(1e-6);
        else expect(size, `${name} ${i}`).toBe(0);
      }
    }
  });
});

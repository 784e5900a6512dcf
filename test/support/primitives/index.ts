/** The test cases of all primitives, and the suite that compares compiled primitives with jax-js. */

import { describe, expect, it } from "vitest";
import { Engine } from "../../../src/engine/run/engine.js";
import type { EngineOptions } from "../../../src/engine/run/options.js";
import { trace } from "../../../src/engine/trace/trace.js";
import { Draw } from "../draw.js";
import { type Case, probe } from "../probe.js";

/** The cases per primitive. */
export type Rows = Readonly<Record<string, readonly Case[]>>;

const SEEDS = 3;

/**
 * Test that every case agrees with the `cpu` backend of jax-js, as one ONNX model and fused (without ONNX Runtime, fused
 * only), and that its trace contains the primitive.
 */
export function holdToJax(rows: Rows, runtime: EngineOptions["runtime"] = "onnxruntime"): void {
  const options = { threads: 1, runtime };
  const engines = { model: new Engine(options, { fuse: false }), fused: new Engine(options, { fuse: true }) };
  for (const [primitive, cases] of Object.entries(rows))
    describe(primitive, () => {
      for (const [k, row] of cases.entries())
        it(row.name, async () => {
          const met = new Set<string>();
          for (let seed = 0; seed < SEEDS; seed++) {
            const d = new Draw(primitive, k, seed);
            const drawn = row.draw(d);
            for (const equation of trace(drawn.fn as never, drawn.make()).equations)
              met.add(equation.primitive);
            const form = seed === SEEDS - 1 ? "fused" : "model";
            const errors = await probe(engines[form], row, d, drawn, seed === 0);
            const wrong = errors.filter(({ question, error }) => {
              const first = row.tolerance ?? 1e-5;
              if (question.startsWith("difference")) return !(error < 1e-3);
              return !(error <= (question.startsWith("second") ? Math.max(first, 1e-4) : first));
            });
            expect(wrong.map(({ question, error }) => `seed ${seed}, ${question}: ${error}`)).toEqual([]);
          }
          expect([...met], "the primitives of this case").toContain(primitive);
        });
    });
}

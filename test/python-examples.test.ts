/** The examples in Python run on an exported model. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { exportOnnx } from "../src/export/export-onnx.js";
import { Model } from "../src/model/index.js";
import { programsOf, tinyCard } from "./support/contract.js";
import { engine } from "./support/engine.js";
import { noPython, python } from "./support/python.js";

const root = mkdtempSync(join(tmpdir(), "metamodal-python-"));
afterAll(() => rmSync(root, { recursive: true }));

it.skipIf(noPython)(
  `examples/python/teach.py teaches three classes and predicts ${noPython ?? ""}`,
  async () => {
    const { definition } = programsOf("prototypical");
    const model = new Model(tinyCard(definition.recipe), definition.init(1), engine);
    const out = join(root, "export");
    await exportOnnx(model, { out, way: 4, shot: 2 });
    const lines = python([join(import.meta.dirname, "../examples/python/teach.py"), out])
      .trim()
      .split("\n");
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line).toMatch(/^([\w-]+) -> \1 0\.\d{3}$/);
  },
);

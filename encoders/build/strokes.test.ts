/** The network of the strokes encoder computes what the model does that it is made from. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, it } from "vitest";
import { createDataset } from "../../src/data/index.js";
import { encodeOnnx } from "../../src/engine/lower/onnx.js";
import { strokes } from "../../src/modality/strokes/strokes.js";
import { metaTrain } from "../../src/train/index.js";
import { recipe, strokesNetwork } from "./strokes.js";

const drawing = (shape: number, shift: number) => [
  Array.from({ length: 8 }, (_, i) => [i + shift * Math.sin(i), Math.sin(shape * i + shift)] as const),
];

it("embeds drawings as the model does, with normalisation folded into convolutions", async () => {
  const examples = Array.from({ length: 120 }, (_, i) => ({
    label: `class ${i % 20}`,
    strokes: drawing(i % 20, i / 120),
  }));
  const run = metaTrain({
    ...recipe,
    data: await createDataset({ name: "drawings", examples }),
    episode: { way: 2, shot: 1, query: 1 },
    train: { steps: 3, metaBatch: 1 },
  });
  const folder = mkdtempSync(join(tmpdir(), "metamodal-strokes-"));
  try {
    const model = await run.model();
    await model.save(join(folder, "model"));
    const network = strokesNetwork(readFileSync(join(folder, "model", "model.safetensors")));
    const session = await InferenceSession.create(encodeOnnx(network, 17));
    const some = examples.slice(0, 3);
    const expected = await model.embed(some);
    for (const [i, example] of some.entries()) {
      const data = await strokes.encode(example.strokes, { kind: "strokes", shape: [5, 64] }, "here");
      const { embedding } = await session.run({ strokes: new Tensor("float32", data, [1, 5, 64]) });
      // A model's embedding ends with the presence of its modality.
      for (const [k, value] of expected[i].subarray(0, -1).entries())
        expect(Math.abs(value - Number(embedding.data[k]))).toBeLessThan(1e-4);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

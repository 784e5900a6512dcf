/** The converted network of the text encoder computes what the original runtime does (golden/README.md). */

import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, it } from "vitest";
import { encodeOnnx } from "../../src/engine/lower/onnx.js";
import { goldenTexts } from "./golden/text.js";
import { readGraphConstants } from "./graph-model.js";
import { folderOf } from "./packages.js";
import { textNetwork, textSource } from "./text.js";

const MAX_TOKENS = 128;
const folder = folderOf(textSource.package!);

it.skipIf(folder === undefined)(
  "the network of the text encoder is within 1e-5 of the original, also in a padded batch",
  async () => {
    const network = encodeOnnx(textNetwork(readGraphConstants(join(folder!, "dist"))), 17);
    const session = await InferenceSession.create(network);
    const shape = [goldenTexts.length, MAX_TOKENS];
    const ids = new BigInt64Array(goldenTexts.length * MAX_TOKENS);
    const mask = new Float32Array(ids.length);
    for (const [row, text] of goldenTexts.entries())
      for (const [i, id] of text.ids.slice(0, MAX_TOKENS).entries()) {
        ids[row * MAX_TOKENS + i] = BigInt(id);
        mask[row * MAX_TOKENS + i] = 1;
      }
    const { embedding } = await session.run({
      ids: new Tensor("int64", ids, shape),
      mask: new Tensor("float32", mask, shape),
    });
    for (const [row, { text, vector }] of goldenTexts.entries())
      for (const [i, value] of vector.entries())
        expect(Math.abs(value - Number(embedding.data[row * vector.length + i])), text).toBeLessThan(1e-5);
  },
);

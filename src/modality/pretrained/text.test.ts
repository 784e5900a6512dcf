/** What a frozen encoder of texts is fed, and the mean it takes over tokens. */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folders } from "../../../test/support/folders.js";
import { close, embed, ownCache, plan } from "../../../test/support/frozen.js";
import { drawn, textFolder } from "../../../test/support/onnx.js";

ownCache();
const folder = folders();

describe("a frozen encoder of texts", () => {
  const table = drawn({ name: "table", shape: [14, 7] });
  const meanOf = (ids: readonly number[]) =>
    Array.from({ length: 7 }, (_, k) => ids.reduce((sum, id) => sum + table[id * 7 + k], 0) / ids.length);

  it("takes the mean over its tokens, special ones too, in a folder of transformers.js's layout", async () => {
    const spec = await plan("text", folder(textFolder()), {}, "Red thing");
    expect(spec.frozen).toMatchObject({ output: "last_hidden_state", input: { tokens: 12 } });
    expect(Object.keys(spec.frozen.files)).toEqual([
      "onnx/model.onnx",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
    close(await embed(spec, "Red thing"), meanOf([2, 4, 11, 3]));
    close(await embed(spec, "unheard of"), meanOf([2, 1, 13, 3]));
  });

  it("is the same of an ONNX file in that folder, and with the first token alone where asked", async () => {
    const path = folder(textFolder());
    const spec = await plan("text", join(path, "onnx/model.onnx"), { pooling: "first" }, "red");
    close(await embed(spec, "red thing"), meanOf([2]));
  });

  it("cuts off long texts before the special token that ends them", async () => {
    const spec = await plan("text", folder(textFolder()), { tokens: 4 }, "red");
    close(await embed(spec, "red thing of a flat thing"), meanOf([2, 4, 11, 3]));
  });

  it("fills up texts for a model of one length, and passes over what it filled", async () => {
    const spec = await plan("text", folder(textFolder(9)), {}, "red");
    expect(spec.frozen.input).toMatchObject({ tokens: 9, padding: 0 });
    close(await embed(spec, "red thing"), meanOf([2, 4, 11, 3]));
  });
});

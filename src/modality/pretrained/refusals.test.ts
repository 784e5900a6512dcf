/** Models, options and files that a frozen encoder cannot be made of, each refused by one `InputError`. */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folders } from "../../../test/support/folders.js";
import { ownCache, picture, plan } from "../../../test/support/frozen.js";
import { imageModel, onnxFile, type Port, textFolder, textModel } from "../../../test/support/onnx.js";

ownCache();
const folder = folders();

describe("refuses, each by one InputError,", () => {
  const port = (name: string, type: Port["type"], ...shape: (number | string)[]): Port => ({
    name,
    type,
    shape,
  });
  const model = (...inputs: Port[]) =>
    onnxFile({
      inputs,
      outputs: [port("y", inputs[0].type, ...inputs[0].shape)],
      operators: [["Identity", [inputs[0].name], ["y"]]],
    });
  const image224 = port("x", "float32", 1, 3, 8, 8);

  it.each<[string, string, Uint8Array | string, object, RegExp]>([
    [
      "a file that is cut off",
      "image",
      imageModel(8).subarray(0, 900),
      {},
      /m\.onnx: ONNX Runtime cannot load it/,
    ],
    ["a file that is none", "image", "hello", {}, /m\.onnx: ONNX Runtime cannot load it/],
    ["an empty file", "image", "", {}, /m\.onnx: ONNX Runtime cannot load it/],
    [
      "vectors where images are meant",
      "image",
      model(port("x", "float32", 1, 9)),
      {},
      /inputs are x float32 \[1, 9\]; expected one input of images/,
    ],
    ["halves", "image", model(port("x", "float16", 1, 3, 8, 8)), {}, /x float16 .*float32 or uint8/],
    ["five channels", "image", model(port("x", "float32", 1, 5, 8, 8)), {}, /\[1, 5, 8, 8\]; expected/],
    ["a batch of four", "image", model(port("x", "float32", 4, 3, 8, 8)), {}, /\[4, 3, 8, 8\]; expected/],
    [
      "a second input",
      "image",
      model(image224, port("mask", "float32", 1)),
      {},
      /mask float32 \[1\]; expected one input/,
    ],
    [
      "images where texts are meant",
      "text",
      model(image224),
      {},
      /expected int64 inputs \[1, tokens\]: input_ids/,
    ],
    ["spectrograms", "audio", model(port("x", "float32", 1, 80, 300)), {}, /spectrograms are not supported/],
    [
      "an output that it lacks",
      "image",
      imageModel(8),
      { output: "logits" },
      /encoders\.x"\.output: the model has no output "logits"; expected one of features/,
    ],
    ["an option of another kind", "image", imageModel(8), { tokens: 5 }, /there is no option "tokens"/],
    ["a bad value of an option", "image", imageModel(8), { size: 0 }, /size: the value is 0/],
  ])("%s", async (_, kind, onnx, options, message) => {
    const path = folder({ "m.onnx": onnx, ...textFolder() });
    await expect(
      plan(kind, join(path, "m.onnx"), options, kind === "text" ? "red" : picture(8, 8)),
    ).rejects.toMatchObject({
      name: "InputError",
      message: expect.stringMatching(message),
    });
  });

  it("a model that fails at the value, and says at which", async () => {
    const onnx = onnxFile({
      inputs: [port("x", "float32", 1, 3, "h", "w")],
      outputs: [port("y", "float32", 1, 3)],
      operators: [["Reshape", ["x", "shape"], ["y"]]],
      constants: [{ name: "shape", shape: [2], values: [1, 3] }],
    });
    const path = join(folder({ "m.onnx": onnx }), "m.onnx");
    await expect(plan("image", path)).rejects.toThrow(
      /m\.onnx, given row 1: the model fails .*\. Choose another/,
    );
  });

  it("an output without a vector, and one that is not finite", async () => {
    const several = join(folder({ "m.onnx": model(port("x", "float32", "n", 3, 8, 8)) }), "m.onnx");
    expect((await plan("image", several)).shape).toEqual([3]);
    const infinite = onnxFile({
      inputs: [image224],
      outputs: [port("y", "float32", 1, 3, 8, 8)],
      operators: [
        ["Sub", ["x", "x"], ["zero"]],
        ["Div", ["x", "zero"], ["y"]],
      ],
    });
    const path = join(folder({ "m.onnx": infinite }), "m.onnx");
    await expect(plan("image", path)).rejects.toThrow(/output "y" is not finite/);
  });

  it.each<[string, string, RegExp]>([
    [
      "a path where nothing is",
      "./nothing.onnx",
      /no file or folder "\.\/nothing\.onnx"; expected an ONNX file/,
    ],
    [
      "an id that is not on this machine",
      "someone/some-model",
      /someone\/some-model is not on this machine; expected its files in .*Run npm install --ignore-scripts @huggingface\/transformers/,
    ],
  ])("%s", async (_, name, message) => {
    await expect(plan("image", name)).rejects.toThrow(message);
  });

  it("a folder without an ONNX file, or without the one named", async () => {
    const path = folder({ "readme.txt": "x", "onnx/odd.onnx": imageModel(8) });
    await expect(plan("image", path)).rejects.toThrow(
      /no ONNX file of a usual name.*onnx\/vision_model\.onnx/,
    );
    await expect(plan("image", path, { file: "onnx/other.onnx" })).rejects.toThrow(
      /has no onnx\/other\.onnx/,
    );
    expect((await plan("image", path, { file: "onnx/odd.onnx" })).shape).toEqual([6]);
  });

  it("a tokenizer that is missing or damaged, and a configuration that is no JSON", async () => {
    const only = join(folder({ "model.onnx": textModel() }), "model.onnx");
    await expect(plan("text", only, {}, "red")).rejects.toThrow(/tokenizer\.json: the file cannot be read/);
    const damaged = folder({ ...textFolder(), "tokenizer.json": "{" });
    await expect(plan("text", damaged, {}, "red")).rejects.toThrow(/tokenizer\.json: it cannot be used/);
    const config = folder({ ...textFolder(), "config.json": "{" });
    await expect(plan("text", config, {}, "red")).rejects.toThrow(/config\.json: it is not JSON/);
  });

  it("modalities of other kinds", async () => {
    await expect(plan("vector", "m.onnx")).rejects.toThrow(/of kind vector; expected image, text, audio/);
  });
});

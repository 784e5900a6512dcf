/** Files of built-in encoders are checked before they are used. */

import { expect, it } from "vitest";
import { encoderDigest, readEncoder } from "./files.js";
import { BuiltinNetwork } from "./network.js";

it("a file that a build leaves out is an error that names it, at every run", async () => {
  expect(encoderDigest("smell.onnx")).toBeUndefined();
  await expect(readEncoder("smell.onnx")).rejects.toMatchObject({ code: "builtin/missing" });
  const network = BuiltinNetwork.of("smell.onnx");
  expect(BuiltinNetwork.of("smell.onnx")).toBe(network);
  for (let run = 0; run < 2; run++)
    await expect(Promise.all([1, 2, 3].map(() => network.run({}, "embedding")))).rejects.toThrow(
      /encoders\/smell\.onnx: the file is missing/,
    );
});

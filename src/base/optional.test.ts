import { expect, it } from "vitest";
import { importOptional } from "./optional.js";

const use = { where: "a.ogg", reads: "Ogg Opus files", otherwise: "convert the file to WAV" };

it("imports a package that is installed", async () => {
  const { default: decode } = await importOptional<{ default: unknown }>("@audio/decode-opus", use);
  expect(decode).toBeTypeOf("function");
});

it.each([
  ["@metamodal/no-such", "@metamodal/no-such"],
  ["no-such-metamodal/node", "no-such-metamodal"],
  ["@metamodal/no-such/deep/file", "@metamodal/no-such"],
])("names the install command of %s when it is not", async (name, shown) => {
  await expect(importOptional(name, use)).rejects.toThrow(
    `a.ogg: the package ${shown} is not installed; expected it, to read Ogg Opus files. Run npm install ${shown}, or convert the file to WAV.`,
  );
});

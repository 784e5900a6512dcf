import { describe, expect, it } from "vitest";
import { picture } from "../../../test/support/frozen.js";
import type { ModalityKind } from "../modality.js";
import { embedBuiltin } from "./index.js";
import { type BuiltinSpec, builtinModality, checkBuiltin, isBuiltin, planBuiltin } from "./spec.js";

const samplesOf = (values: readonly unknown[]) => values.map((value, i) => ({ value, where: `row ${i}` }));
const plan = (kind: ModalityKind, values: readonly unknown[]) =>
  planBuiltin(kind, samplesOf(values), 'recipe, field "encoders.x"');
const encodeAll = (values: readonly unknown[], spec: BuiltinSpec) =>
  Promise.all(values.map((value) => builtinModality.encode(value, spec, "row")));

const texts = ["book a table for two", "what is the weather", "play some jazz", "يوم جديد"];

describe("values as vectors of the built-in encoders", () => {
  it("have numbers of mean square 1", async () => {
    const pictures = [8, 9, 30].map((side) => picture(side, 8));
    const spec = await plan("image", pictures);
    expect(isBuiltin(spec)).toBe(true);
    for (const array of await encodeAll(pictures, spec))
      expect(array.reduce((sum, x) => sum + x * x, 0) / spec.shape[0]).toBeCloseTo(1, 4);
  });

  it("keep the encoders' vectors, each times its scale", async () => {
    const spec = await plan("image", [picture(8, 8), picture(20, 9)]);
    const [array] = await encodeAll([picture(20, 9)], spec);
    const [{ vectors }] = await embedBuiltin("image", samplesOf([picture(20, 9)]));
    let start = 0;
    for (const { name, length, scale } of spec.builtin.parts) {
      for (let k = 0; k < length; k++) expect(array[start + k]).toBeCloseTo(scale * vectors[name][k], 4);
      start += length;
    }
    expect(start).toBe(array.length);
  });

  it("are 0 where an encoder cannot read a value, and leave out one that reads none", async () => {
    const spec = await plan("text", texts);
    const [network] = spec.builtin.parts;
    expect(network.name).toBe("network");
    const [english, arabic] = await encodeAll([texts[0], texts[3]], spec);
    expect(arabic.subarray(0, network.length).every((x) => x === 0)).toBe(true);
    expect(arabic.subarray(network.length).some((x) => x !== 0)).toBe(true);
    expect(english.subarray(0, network.length).some((x) => x !== 0)).toBe(true);
    const alone = await plan("text", [texts[3]]);
    expect(alone.builtin.parts.map(({ name }) => name)).toEqual(["ngrams"]);
  });

  it("have the same bytes whatever else is encoded", async () => {
    const spec = await plan("text", texts);
    const together = await encodeAll(texts, spec);
    for (const [i, text] of texts.entries()) expect((await encodeAll([text], spec))[0]).toEqual(together[i]);
  });
});

describe("the spec", () => {
  it("is read again from JSON, and refused with a part missing", async () => {
    const spec = await plan("text", texts);
    const stored = JSON.parse(JSON.stringify(spec));
    expect(builtinModality.spec.parse(stored)).toEqual(spec);
    expect(() =>
      builtinModality.spec.parse({ ...stored, builtin: { ...stored.builtin, parts: [] } }),
    ).toThrow(/per dimension/);
  });

  it("is refused where the package has other encoders", async () => {
    const spec = await plan("text", texts);
    expect(() => checkBuiltin(spec, "m")).not.toThrow();
    const { builtin } = spec;
    const other = { ...builtin, files: { ...builtin.files, "text.onnx": "0".repeat(64) } };
    expect(() => checkBuiltin({ ...spec, builtin: other }, "m")).toThrow(
      /m: it was trained with .*text\.onnx of SHA-256 000000/,
    );
    const older = { ...builtin, version: builtin.version + 1 };
    expect(() => checkBuiltin({ ...spec, builtin: older }, "m")).toThrow(/version/);
  });

  it("is refused for kinds without built-in encoders", async () => {
    await expect(plan("vector", [[1, 2]])).rejects.toThrow(/encoders\.x.*kind vector/);
  });
});

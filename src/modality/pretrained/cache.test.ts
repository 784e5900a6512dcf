/** Embeddings are kept on disk: each is computed once, and none is mistaken for another or read where it is damaged. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { folders } from "../../../test/support/folders.js";
import { embed, ownCache, picture, plan, type Spec, within } from "../../../test/support/frozen.js";
import { imageModel, textFolder } from "../../../test/support/onnx.js";
import { EmbeddingCache } from "./cache.js";
import { FrozenEncoder } from "./encoder.js";
import { image } from "./image.js";

const cache = ownCache();
const folder = folders();

/** What an encoder in a new process would do. */
const afresh = ({ frozen }: Spec, at: string) => new FrozenEncoder(frozen, at, image as never);

describe("embeddings are kept", () => {
  const filesIn = (path: string) =>
    (
      readdirSync(path, { recursive: true, withFileTypes: true }) as {
        name: string;
        parentPath: string;
        isFile(): boolean;
      }[]
    )
      .filter((entry) => entry.isFile() && entry.name !== "about.json")
      .map(({ name, parentPath }) => join(parentPath, name));
  const folderOf = (spec: Spec) => {
    const of = (name: string) =>
      JSON.parse(readFileSync(join(cache, "embeddings", name, "about.json"), "utf8"));
    const names = readdirSync(join(cache, "embeddings"));
    return join(cache, "embeddings", names.find((name) => of(name).model === spec.frozen.model)!);
  };

  it("so that each value is embedded once, by however many ask and whatever the process", async () => {
    const path = folder({ "m.onnx": imageModel(8) });
    const spec = await plan("image", join(path, "m.onnx"), { scale: "clip" });
    const first = afresh(spec, path);
    const values = [picture(8, 8), picture(9, 8), picture(9, 8), picture(10, 8)];
    const all = await Promise.all(values.map((value) => first.embed(value, "x")));
    expect(first.runs).toBe(2); // the plan embedded 8×8, and 9×8 is there twice
    expect(all[1]).toEqual(all[2]);
    const second = afresh(spec, path);
    expect(await Promise.all(values.map((value) => second.embed(value, "x")))).toEqual(all);
    expect(second.runs).toBe(0);
    expect(filesIn(folderOf(spec)).length).toBe(3);
  });

  it("and not mistaken for those of another value, another model or other options", async () => {
    const path = folder({
      "m.onnx": imageModel(8),
      "other.onnx": imageModel(8, "last"),
      ...within("t", textFolder()),
    });
    const spec = await plan("image", join(path, "m.onnx"), { scale: "unit" });
    const [own] = await Promise.all([embed(spec, picture(8, 8))]);
    const changed = picture(8, 8);
    changed.data[5]++;
    expect(await embed(spec, changed)).not.toEqual(own);
    expect(
      await embed(await plan("image", join(path, "m.onnx"), { scale: "clip" }), picture(8, 8)),
    ).not.toEqual(own);
    // The same path, other bytes.
    writeFileSync(join(path, "m.onnx"), imageModel(8, "last"));
    const other = await plan("image", join(path, "m.onnx"), { scale: "unit" });
    expect(await embed(other, picture(8, 8))).not.toEqual(own);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ["cut off", (bytes) => bytes.subarray(0, bytes.length - 4)],
    ["empty", () => Buffer.alloc(0)],
    [
      "changed by a bit",
      (bytes) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))),
    ],
    ["of zeros", (bytes) => Buffer.alloc(bytes.length)],
  ])("and computed again where a file is %s", async (how, damage) => {
    const path = folder({ "m.onnx": imageModel(8) });
    const spec = await plan("image", join(path, "m.onnx"), {
      fit: "pad",
      scale: { mean: [0, 0, 0], std: [1, 2, how.length] },
    });
    const expected = await embed(spec, picture(8, 8));
    const [file] = filesIn(folderOf(spec));
    const whole = readFileSync(file);
    writeFileSync(file, damage(whole));
    const again = afresh(spec, path);
    expect([...(await again.embed(picture(8, 8), "x")).vector]).toEqual(expected);
    expect(again.runs).toBe(1);
    expect(readFileSync(file)).toEqual(whole);
    expect(createHash("sha256").update(whole.subarray(32)).digest()).toEqual(whole.subarray(0, 32));
  });

  it("whole, by however many processes, and without anything left behind", async () => {
    const [one, other] = [new EmbeddingCache("shared", {}), new EmbeddingCache("shared", {})];
    const vector = Float32Array.from([1, -2, 3]);
    await Promise.all(Array.from({ length: 40 }, (_, i) => [one, other][i % 2].put("abcd", vector)));
    expect(await other.get("abcd")).toEqual(vector);
    expect(readdirSync(join(cache, "embeddings/shared"), { recursive: true }).sort()).toEqual([
      "ab",
      "ab/cd",
      "about.json",
    ]);
  });

  it("in a folder that can be written to, or there is one error", async () => {
    const path = folder({ "m.onnx": imageModel(8), occupied: "a file" });
    vi.stubEnv("METAMODAL_CACHE", join(path, "occupied"));
    await expect(plan("image", join(path, "m.onnx"), { fit: "stretch" })).rejects.toThrow(
      /occupied: embeddings cannot be written there .*Set METAMODAL_CACHE/,
    );
    vi.stubEnv("METAMODAL_CACHE", cache);
  });
});

/** Pretrained encoders in place of the built-in ones: what is stored, used again, and refused. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folders } from "../../test/support/folders.js";
import { ownCache, within } from "../../test/support/frozen.js";
import { imageModel, textFolder } from "../../test/support/onnx.js";
import { createDataset } from "../data/index.js";
import { readTaskFile } from "./disk.js";
import { evaluateBase } from "./evaluate.js";
import type { TaughtClassPrediction } from "./prediction.js";
import { loadTaughtTask } from "./task.js";
import { teach } from "./teach.js";

ownCache();
const folder = folders();

/** A picture of one colour with a little noise. */
const picture = (colour: readonly number[], seed: number) => ({
  width: 8,
  height: 8,
  channels: 3,
  data: Uint8Array.from({ length: 3 * 64 }, (_, i) => colour[i % 3] + ((i * 7919 + seed * 104729) % 23)),
});
const colours = { red: [200, 30, 30], green: [30, 200, 30], blue: [30, 30, 200] };
const pictures = (seeds: readonly number[], labels = Object.keys(colours)) =>
  seeds.flatMap((seed) =>
    labels.map((label) => ({
      id: `${label}/${seed}`,
      label,
      image: picture(colours[label as keyof typeof colours], seed),
    })),
  );
const support = pictures([1, 2, 3, 4]);
const model = () => join(folder({ "m.onnx": imageModel(7) }), "m.onnx");

describe("a pretrained encoder in place of the built-in ones", () => {
  it("embeds support and queries; its name, digests and preprocessing stand in the task", async () => {
    const path = model();
    const task = await teach(support, { encoders: { image: { model: path, scale: "unit" } } });
    expect(task.pretrained).toEqual({ image: path });
    expect(Object.keys(task.experts)).toEqual(["image/pretrained"]);
    for (const { image, label } of pictures([7, 8]))
      expect(((await task.predict({ image })) as TaughtClassPrediction).label).toBe(label);
    const file = join(folder({}), "a.task");
    await task.save(file);
    const { frozen } = (await readTaskFile(file)).pretrained.image;
    expect(frozen).toMatchObject({ model: path, input: { kind: "image", height: 7, mean: [0, 0, 0] } });
    expect(Object.values(frozen.files)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  it("is used again by a loaded task, which is the same as one that was taught at once", async () => {
    const encoders = { image: model() };
    const [whole, part, grown] = ["whole", "part", "grown"].map((name) => join(folder({}), `${name}.task`));
    await (await teach(support, { encoders })).save(whole);
    await (await teach(support.slice(0, 6), { encoders })).save(part);
    const task = await loadTaughtTask(part);
    await task.add(support.slice(6));
    await task.save(grown);
    expect(readFileSync(grown).equals(readFileSync(whole))).toBe(true);
  });

  it("embeds the names of classes, if it replaces the encoders of texts", async () => {
    const path = folder({ ...within("words", textFolder()) });
    const examples = [
      { label: "red thing", text: "a red flat thing" },
      { label: "blue thing", text: "a blue thing" },
    ];
    const encoders = { text: join(path, "words") };
    const task = await teach(examples, { encoders, labelShots: 1 });
    expect(Object.keys(task.experts)).toEqual(["text/pretrained"]);
    expect(await task.predict({ text: "red thing" })).toMatchObject({ label: "red thing" });
  });

  it("is evaluated on episodes", async () => {
    const data = createDataset({ name: "colours", examples: pictures([1, 2, 3]) });
    const { rows } = await evaluateBase({
      data,
      ...{ way: 3, shot: 1, query: 2, episodes: 5, encoders: { image: model() } },
    });
    expect(rows.map(({ name }) => name)).toEqual(["image", "image/pretrained", "chance"]);
    expect(rows[0].accuracy).toBeGreaterThan(0.9);
  });

  it("leaves out values that cannot be decoded, the first one too", async () => {
    const broken = { id: "broken", label: "red", image: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]) };
    const notices: string[] = [];
    const task = await teach([broken, ...support], {
      encoders: { image: model() },
      onNotice: ({ code }) => notices.push(code),
    });
    expect(notices).toEqual(["teach/unreadable"]);
    expect(task.examples).toHaveLength(support.length);
  });

  it("is refused if it is not there, does not fit, or names nothing", async () => {
    const refuses = (encoders: Record<string, string>, code: string, message: RegExp) =>
      expect(teach(support, { encoders })).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
    await refuses(
      { image: "nobody/nothing" },
      "pretrained/no-model",
      /nobody\/nothing is not on this machine/,
    );
    await refuses({ image: "nowhere.onnx" }, "pretrained/no-model", /encoder image=nowhere.onnx.*no file/);
    await refuses({ sound: model() }, "teach/no-modality", /encoder sound.*image \(image\)/);
    await refuses({ image: join(folder(textFolder()), "model.onnx") }, "pretrained/no-model", /model.onnx/);
  });
});

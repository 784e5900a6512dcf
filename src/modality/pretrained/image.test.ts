/** What a frozen encoder of images is fed: sizes, layouts, scales, and what preprocessor_config.json says of them. */

import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { folders } from "../../../test/support/folders.js";
import { close, embed, ownCache, picture, plan } from "../../../test/support/frozen.js";
import { drawn, imageModel, placesModel } from "../../../test/support/onnx.js";
import { Media } from "../modality.js";

ownCache();
const folder = folders();

describe("a frozen encoder of images", () => {
  const weight = drawn({ name: "weight", shape: [192, 6] });
  const product = (x: readonly number[]) =>
    Array.from({ length: 6 }, (_, k) => x.reduce((sum, value, i) => sum + value * weight[i * 6 + k], 0));
  const { data } = picture(8, 8);
  const planes = Array.from({ length: 192 }, (_, i) => data[(i % 64) * 3 + Math.floor(i / 64)] / 255);
  const [mean, std] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  const channel = (i: number) => Math.floor(i / 64);

  it.each<[string, Uint8Array, object, number[]]>([
    [
      "[1, 3, H, W], ImageNet's scale",
      imageModel(8),
      {},
      planes.map((x, i) => (x - mean[channel(i)]) / std[channel(i)]),
    ],
    ["[1, 3, H, W], scaled −1 to 1", imageModel(8), { scale: "centred" }, planes.map((x) => 2 * x - 1)],
    [
      "[1, H, W, 3], a scale of its own",
      imageModel(8, "last"),
      { scale: { mean: [0, 0, 0.5], std: [1, 1, 2] } },
      [...data].map((x, i) => (i % 3 === 2 ? (x / 255 - 0.5) / 2 : x / 255)),
    ],
    ["bytes", imageModel(8, "last", "uint8"), {}, [...data]],
  ])("feeds %s", async (_, onnx, options, x) => {
    const path = folder({ "m.onnx": onnx });
    close(await embed(await plan("image", join(path, "m.onnx"), options), picture(8, 8)), product(x));
  });

  it("takes free axes at the size asked, and the mean over places", async () => {
    const path = join(folder({ "m.onnx": placesModel() }), "m.onnx");
    const kernel = drawn({ name: "kernel", shape: [5, 3, 1, 1] });
    const spec = await plan("image", path, { size: [4, 6], scale: "unit" });
    const means = [0, 1, 2].map((c) => {
      const own = Array.from({ length: 24 }, (_, i) => picture(6, 4).data[3 * i + c] / 255);
      return own.reduce((a, b) => a + b) / 24;
    });
    const expected = Array.from({ length: 5 }, (_, k) =>
      means.reduce((sum, m, c) => sum + m * kernel[3 * k + c], 0),
    );
    close(await embed(spec, picture(6, 4)), expected);
  });

  it("reads preprocessor_config.json: sizes, the middle cut out, and the scale", async () => {
    const config = {
      do_center_crop: true,
      size: { shortest_edge: 16 },
      crop_size: { height: 8, width: 8 },
      image_mean: [0, 0, 0],
      image_std: [1, 1, 1],
    };
    const path = folder({
      "onnx/model.onnx": placesModel(),
      "preprocessor_config.json": JSON.stringify(config),
    });
    const spec = await plan("image", path);
    expect(spec.frozen.input).toMatchObject({
      height: 8,
      width: 8,
      shorter: 16,
      fit: "crop",
      std: [1, 1, 1],
    });
    // The middle of a picture with a border of another colour is what is seen.
    const middle = { input: { create: { width: 16, height: 16, channels: 3, background: "#f00" } } } as const;
    const base = { create: { width: 32, height: 32, channels: 3, background: "#00f" } } as const;
    const png = await sharp(base)
      .composite([{ ...middle, left: 8, top: 8 }])
      .png()
      .toBuffer();
    const red = {
      width: 8,
      height: 8,
      channels: 3,
      data: Uint8Array.from({ length: 192 }, (_, i) => (i % 3 ? 0 : 255)),
    };
    const [seen, whole] = [await embed(spec, new Uint8Array(png)), await embed(spec, red)];
    for (const [k, value] of whole.entries()) expect(Math.abs(seen[k] - value)).toBeLessThan(0.1);
  });

  it("stretches where the configuration gives a height and a width, and obeys the recipe first", async () => {
    const config = JSON.stringify({ size: { height: 8, width: 8 }, do_normalize: false });
    const path = folder({ "model.onnx": placesModel(), "preprocessor_config.json": config });
    expect((await plan("image", path)).frozen.input).toMatchObject({
      fit: "stretch",
      mean: [0, 0, 0],
      height: 8,
    });
    const own = await plan("image", path, { fit: "pad", size: 12, scale: "imagenet" });
    expect(own.frozen.input).toMatchObject({ fit: "pad", height: 12, width: 12, mean });
  });

  it("sees encoded files, blobs and media alike", async () => {
    const path = join(folder({ "m.onnx": imageModel(8) }), "m.onnx");
    const { width, height, data } = picture(8, 8);
    const png = new Uint8Array(
      await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer(),
    );
    const spec = await plan("image", path);
    const expected = await embed(spec, picture(8, 8));
    for (const value of [png, new Blob([png]), new Media("a.png", async () => png)])
      expect(await embed(spec, value)).toEqual(expected);
  });
});

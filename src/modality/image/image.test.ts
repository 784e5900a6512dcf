import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { Media, modalityOf } from "../index.js";
import { image } from "./image.js";
import { decodeImage } from "./pixels.js";
import { decodePlainPng } from "./png.js";
import type { RawImage } from "./raw.js";

const where = 'metadata.jsonl:2, field "image"';
const planOf = (values: unknown[], options = {}) =>
  image.plan(
    values.map((value) => ({ value, where })),
    options,
    "dataset.json, modalities.image",
  );
const filled = (width: number, height: number, pixel: number[]): RawImage => ({
  width,
  height,
  channels: pixel.length,
  data: Uint8Array.from({ length: width * height * pixel.length }, (_, i) => pixel[i % pixel.length]),
});
const encoded = ({ width, height, channels, data }: RawImage, format: "png" | "jpeg" | "webp") =>
  sharp(data, { raw: { width, height, channels: channels as 1 | 3 | 4 } })
    .toFormat(format)
    .toBuffer();
const plain = (channels: number, height: number, width: number) => ({
  kind: "image" as const,
  shape: [channels, height, width] as const,
  mean: [0, 0, 0],
  std: [1, 1, 1],
});

describe("planning images", () => {
  it("keeps a small common size and one channel of grey pixels, whatever the file declares", async () => {
    const grey = await encoded(filled(28, 20, [90, 90, 90]), "png");
    expect(await planOf([grey, filled(28, 20, [30])])).toMatchObject({ kind: "image", shape: [1, 20, 28] });
  });

  it("takes 32×32 for mixed or large sizes and three channels for colour", async () => {
    expect((await planOf([filled(8, 8, [1]), filled(9, 8, [1, 2, 3])])).shape).toEqual([3, 32, 32]);
    expect((await planOf([filled(85, 85, [1])])).shape).toEqual([1, 32, 32]);
    expect((await planOf([filled(200, 100, [1]), filled(10, 10, [1])])).shape).toEqual([1, 32, 32]);
    expect((await planOf([filled(84, 84, [1])])).shape).toEqual([1, 84, 84]);
  });

  it("follows the declared size and channels", async () => {
    expect((await planOf([filled(8, 8, [1])], { size: [10, 12], channels: 3 })).shape).toEqual([3, 10, 12]);
    expect((await planOf([filled(8, 8, [1, 2, 3])], { size: 16, channels: 1 })).shape).toEqual([1, 16, 16]);
    await expect(planOf([filled(8, 8, [1])], { size: 0 })).rejects.toThrow(
      /^dataset\.json, modalities\.image\.size/,
    );
    await expect(planOf([filled(8, 8, [1])], { sise: 8 })).rejects.toThrow(
      /sise.*only the options size, channels/,
    );
  });

  it("records the statistics that make the train pixels standard", async () => {
    const values = [filled(6, 6, [0, 51, 255]), filled(6, 6, [255, 153, 255])];
    const spec = await planOf(values);
    expect(spec.mean).toEqual([0.5, 0.4, 1]);
    expect(spec.std).toEqual([0.5, 0.2, 1]);
    const first = await image.encode(values[0], spec, where);
    expect([first[0], first[36], first[72]].map((v) => Math.round(v * 1e4) / 1e4)).toEqual([-1, -1, 0]);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });
});

describe("encoding images", () => {
  it("pads to the aspect with the colour of the corners", async () => {
    const array = await image.encode(filled(20, 10, [200]), plain(1, 16, 16), where);
    for (const value of array) expect(value).toBeCloseTo(200 / 255, 2);
  });

  it("orders planes by channel and rows from the top", async () => {
    const data = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 51, 51, 51);
    const array = await image.encode({ width: 2, height: 2, channels: 3, data }, plain(3, 2, 2), where);
    expect([...array].map((v) => Math.round(v * 10) / 10)).toEqual([
      1, 0, 0, 0.2, 0, 1, 0, 0.2, 0, 0, 1, 0.2,
    ]);
  });

  it("flattens transparency on white", async () => {
    const clear = filled(4, 4, [0, 0, 0, 0]);
    expect([...(await image.encode(clear, plain(1, 4, 4), where))]).toEqual(Array(16).fill(1));
    const png = await encoded(clear, "png");
    expect([...(await image.encode(png, plain(1, 4, 4), where))]).toEqual(Array(16).fill(1));
    const grey = filled(4, 4, [0, 0]);
    expect([...(await image.encode(grey, plain(1, 4, 4), where))]).toEqual(Array(16).fill(1));
  });

  it.each(["png", "jpeg", "webp"] as const)("reads %s as bytes, blob and media", async (format) => {
    const bytes = await encoded(filled(8, 8, [120, 120, 120]), format);
    const blob = new Blob([new Uint8Array(bytes)]);
    for (const value of [bytes, blob, new Media("a.png", async () => bytes)]) {
      const array = await image.encode(value, plain(1, 8, 8), where);
      expect(array[0]).toBeCloseTo(120 / 255, 1);
    }
  });

  it("reads small plain PNGs as sharp does", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 3),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 99 }),
        async (channels, width, height, seed) => {
          const data = Uint8Array.from(
            { length: width * height * channels },
            (_, i) => (i * i * 7 + i * seed) % 256,
          );
          const png = await sharp(data, { raw: { width, height, channels: channels as 1 | 3 } })
            .toColourspace(channels === 1 ? "b-w" : "srgb")
            .png({ adaptiveFiltering: seed % 2 === 0, compressionLevel: seed % 10 })
            .toBuffer();
          expect(decodePlainPng(png)).toEqual({ width, height, channels, data });
        },
      ),
      { numRuns: 60 },
    ));

  it("leaves damaged, interlaced, transparent and paletted PNGs to sharp", async () => {
    const pixels = filled(8, 8, [10, 20, 30]);
    const png = await encoded(pixels, "png");
    expect(decodePlainPng(png)).toBeDefined();
    expect(decodePlainPng(png.subarray(0, png.length - 20))).toBeUndefined();
    const from = () => sharp(pixels.data, { raw: { width: 8, height: 8, channels: 3 } });
    expect(decodePlainPng(await from().png({ progressive: true }).toBuffer())).toBeUndefined();
    expect(decodePlainPng(await from().png({ palette: true }).toBuffer())).toBeUndefined();
    expect(decodePlainPng(await from().ensureAlpha(0.5).png().toBuffer())).toBeUndefined();
  });
});

describe("bad images", () => {
  const media = (bytes: Uint8Array) => new Media("images-0.tar.gz/0001.png", async () => bytes);
  const fails = (value: unknown) => expect(decodeImage(value, where)).rejects;

  it("names the row and the file of a corrupt, empty or unsupported one", async () => {
    const png = await encoded(filled(64, 64, [1, 2, 3]), "png");
    const jpeg = await encoded({ ...filled(64, 64, [1, 2, 3]) }, "jpeg");
    for (const bytes of [png.subarray(0, 60), jpeg.subarray(0, jpeg.length / 2)])
      await fails(media(bytes)).toThrow(
        /^metadata\.jsonl:2, field "image", file images-0\.tar\.gz\/0001\.png: the image cannot be decoded/,
      );
    await fails(media(new Uint8Array(0))).toThrow(/0001\.png: the file is empty/);
    await fails(media(Buffer.from("<svg/>"))).toThrow(/0001\.png: it is a page of HTML/);
  });

  it("refuses an image that declares too many pixels", async () => {
    const png = Buffer.from(await encoded(filled(300, 300, [1, 2, 3]), "png"));
    const { crc32 } = await import("node:zlib");
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    await fails(png).toMatchObject({ code: "image/too-large" });
  });

  it.each([
    ["a number", 3, /a value of type number is not an image/],
    ["null", null, /null is not an image/],
    ["short data", { width: 2, height: 2, channels: 3, data: new Uint8Array(4) }, /4 values for 2×2×3/],
    ["five channels", { width: 1, height: 1, channels: 5, data: new Uint8Array(5) }, /channels is 5/],
    ["no size", { width: 0, height: 1, channels: 1, data: new Uint8Array(0) }, /the size is 0×1/],
    ["a plain array", { width: 1, height: 1, channels: 1, data: [1] }, /not a Uint8Array/],
  ])("refuses %s", async (_name, value, message) => {
    await fails(value).toThrow(message);
    await fails(value).toMatchObject({ code: "image/bad-value", exitCode: 2 });
  });
});

describe("modalityOf", () => {
  it("lists the kinds for one that there is none of", () => {
    for (const kind of ["smell", "constructor"])
      expect(() => modalityOf(kind, 'metadata.jsonl:1, field "x"')).toThrow(
        /^metadata\.jsonl:1, field "x": there is no kind ".*"; expected one of image, .*strokes/,
      );
    expect(modalityOf("image", "x")).toBe(image);
  });
});

/** Every image format that is read, against one picture: its left half red, its right half blue. */

import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { heic } from "../../../test/support/media.js";
import { Media } from "../modality.js";
import { checkImageHead, decodeImage } from "./pixels.js";
import type { RawImage } from "./raw.js";

const [WIDTH, HEIGHT] = [14, 9];
const red = [200, 40, 40];
const blue = [30, 60, 200];
const rgb = Buffer.from(
  Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH < WIDTH / 2 ? red : blue)).flat(),
);
const raw = { raw: { width: WIDTH, height: HEIGHT, channels: 3 as const } };
const picture = () => sharp(rgb, raw);

/** Expect red on the left, blue on the right, within so many of 255. */
function expectPicture({ width, height, channels, data }: RawImage, within: number, size?: [number, number]) {
  if (size) expect([width, height]).toEqual(size);
  expect(channels).toBe(3);
  for (const [share, colour] of [
    [0.2, red],
    [0.8, blue],
  ] as const)
    for (const y of [Math.floor(0.2 * height), Math.floor(0.8 * height)]) {
      const at = 3 * (y * width + Math.floor(share * width));
      for (let c = 0; c < 3; c++) expect(Math.abs(data[at + c] - colour[c])).toBeLessThanOrEqual(within);
    }
}

interface BmpOptions {
  readonly bits: number;
  readonly fromTop?: boolean;
  readonly masks?: readonly number[];
  readonly rle?: boolean;
  readonly small?: boolean;
  readonly length?: number;
}

/** The picture as the header, masks, palette and pixels of a bitmap. */
function dib(
  { bits, fromTop = false, masks, rle = false, small = false, length = 40 }: BmpOptions,
  halves = 1,
): Buffer {
  const head = Buffer.alloc(small ? 12 : length);
  head.writeUInt32LE(head.length, 0);
  if (small) {
    head.writeUInt16LE(WIDTH, 4);
    head.writeUInt16LE(HEIGHT, 6);
    head.writeUInt16LE(1, 8);
    head.writeUInt16LE(bits, 10);
  } else {
    head.writeInt32LE(WIDTH, 4);
    head.writeInt32LE((fromTop ? -1 : 1) * HEIGHT * halves, 8);
    head.writeUInt16LE(1, 12);
    head.writeUInt16LE(bits, 14);
    head.writeUInt32LE(rle ? (bits === 8 ? 1 : 2) : masks ? 3 : 0, 16);
    if (bits <= 8) head.writeUInt32LE(2, 32);
    if (masks && length > 40)
      for (const [i, mask] of masks.entries()) head.writeUInt32LE(mask >>> 0, 40 + 4 * i);
  }
  const own = masks && length === 40 ? masks.slice(0, 3).map((mask) => u32(mask)) : [];
  const palette = [red, blue].flatMap((c) => [c[2], c[1], c[0], ...(small ? [] : [0])]);
  // A small header has no count of colours, so its palette is whole.
  const colours = bits > 8 ? [] : small ? [...palette, ...Array(3 * (2 ** bits - 2)).fill(0)] : palette;
  const rows = Array.from({ length: HEIGHT }, () => (rle ? packedRow(bits) : plainRow(bits, masks)));
  return Buffer.concat([head, ...own, Buffer.from(colours), ...rows, ...(rle ? [Buffer.of(0, 1)] : [])]);
}

const u32 = (value: number) => {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value >>> 0);
  return out;
};

function plainRow(bits: number, masks?: readonly number[]): Buffer {
  const row = Buffer.alloc(4 * Math.ceil((WIDTH * bits) / 32));
  for (let x = 0; x < WIDTH; x++) {
    const colour = x < WIDTH / 2 ? red : blue;
    if (bits <= 8) {
      const each = 8 / bits;
      if (colour === blue) row[Math.floor(x / each)] |= 1 << (bits * (each - 1 - (x % each)));
      continue;
    }
    const standard = bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
    const used = masks ?? standard;
    let number = 0;
    for (const [c, mask] of used.entries()) {
      const shift = 31 - Math.clz32(mask & -mask);
      const most = mask >>> shift;
      number += Math.round(((c === 3 ? 255 : colour[c]) * most) / 255) * 2 ** shift;
    }
    row.writeUIntLE(number, (x * bits) / 8, bits / 8);
  }
  return row;
}

/** Runs of half a row each, the second in absolute mode. */
function packedRow(bits: number): Buffer {
  const half = WIDTH / 2;
  const value = (i: number) => (bits === 8 ? i : i * 17);
  const count = Math.ceil((half * bits) / 8);
  const absolute = Array<number>(count + (count % 2))
    .fill(0)
    .fill(value(1), 0, count);
  return Buffer.from([half, value(0), 0, half, ...absolute, 0, 0]);
}

function bmp(options: BmpOptions): Uint8Array {
  const body = dib(options);
  const head = Buffer.alloc(14);
  head.write("BM");
  head.writeUInt32LE(14 + body.length, 2);
  const pixels = options.rle
    ? HEIGHT * packedRow(options.bits).length + 2
    : HEIGHT * plainRow(options.bits, options.masks).length;
  head.writeUInt32LE(14 + body.length - pixels, 10);
  return Buffer.concat([head, body]);
}

/** An icon of a tiny picture and the picture, as a bitmap whose mask hides nothing or as a PNG. */
function ico(entry: Uint8Array, bits: number): Uint8Array {
  const head = Buffer.alloc(6 + 32);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(2, 4);
  const place = (at: number, side: [number, number], start: number) => {
    head[at] = side[0];
    head[at + 1] = side[1];
    head.writeUInt16LE(bits, at + 6);
    head.writeUInt32LE(entry.length, at + 8);
    head.writeUInt32LE(start, at + 12);
  };
  place(6, [2, 2], 0);
  place(22, [WIDTH, HEIGHT], head.length);
  return Buffer.concat([head, entry]);
}
const maskOf = Buffer.alloc(HEIGHT * 4);

const svg = (inside: string, size = 'width="14" height="9"', before = "") =>
  Buffer.from(
    `${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${size}>${inside}</svg>`,
  );
const halves =
  '<rect width="7" height="9" fill="rgb(200,40,40)"/><rect x="7" width="7" height="9" fill="rgb(30,60,200)"/>';

describe("image formats", () => {
  const size: [number, number] = [WIDTH, HEIGHT];
  it.each<[string, () => Promise<Uint8Array>, number]>([
    ["PNG", () => picture().png().toBuffer(), 0],
    ["PNG of 16 bits", () => picture().toColourspace("rgb16").png().toBuffer(), 1],
    ["PNG with a palette", () => picture().png({ palette: true }).toBuffer(), 2],
    ["JPEG", () => picture().jpeg({ quality: 95 }).toBuffer(), 16],
    ["CMYK JPEG", () => picture().toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer(), 70],
    ["WebP", () => picture().webp({ lossless: true }).toBuffer(), 1],
    ["GIF", () => picture().gif().toBuffer(), 2],
    ["TIFF", () => picture().tiff({ compression: "lzw" }).toBuffer(), 0],
    ["AVIF", () => picture().avif({ lossless: true }).toBuffer(), 12],
  ])("reads %s", async (_, make, within) => {
    const bytes = await make();
    // The extension does not matter.
    const media = new Media("a.jpg", async () => bytes);
    await checkImageHead(media, "x");
    expectPicture(await decodeImage(media, "x"), within, size);
  });

  it.each<[string, BmpOptions, number]>([
    ...[1, 2, 4, 8].map((bits): [string, BmpOptions, number] => [`${bits} bits`, { bits }, 0]),
    ["16 bits", { bits: 16 }, 8],
    ["24 bits", { bits: 24 }, 0],
    ["24 bits from the top", { bits: 24, fromTop: true }, 0],
    ["24 bits of OS/2", { bits: 24, small: true }, 0],
    ["4 bits of OS/2", { bits: 4, small: true }, 0],
    ["32 bits whose alpha was never written", { bits: 32 }, 0],
    ["masks 5-6-5", { bits: 16, masks: [0xf800, 0x7e0, 0x1f] }, 8],
    ["masks of a header 124 long", { bits: 32, masks: [0xff, 0xff00, 0xff0000, 0xff000000], length: 124 }, 0],
    [
      "masks and alpha of a header 108 long",
      { bits: 16, masks: [0xf00, 0xf0, 0xf, 0xf000], length: 108 },
      17,
    ],
    ["RLE8", { bits: 8, rle: true }, 0],
    ["RLE4", { bits: 4, rle: true }, 0],
  ])("reads BMP of %s", async (_, options, within) => {
    expectPicture(await decodeImage(bmp(options), "x"), within, size);
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    ["32 bits", async () => ico(Buffer.concat([dib({ bits: 32 }, 2), maskOf]), 32)],
    ["24 bits and a mask", async () => ico(Buffer.concat([dib({ bits: 24 }, 2), maskOf]), 24)],
    ["4 bits and a mask", async () => ico(Buffer.concat([dib({ bits: 4 }, 2), maskOf]), 4)],
    ["a PNG", async () => ico(await picture().png().toBuffer(), 32)],
  ])("reads the largest picture of an ICO of %s", async (_, make) => {
    expectPicture(await decodeImage(await make(), "x"), 0, size);
  });

  it("shows white where an ICO's mask is set", async () => {
    const icon = ico(Buffer.concat([dib({ bits: 24 }, 2), Buffer.alloc(HEIGHT * 4, 255)]), 24);
    expect((await decodeImage(icon, "x")).data.every((value) => value === 255)).toBe(true);
  });

  it("reads HEIC by its optional package", async () => {
    const media = new Media("IMG_1.HEIC", async () => heic);
    await checkImageHead(media, "x");
    expectPicture(await decodeImage(media, "x"), 6, [64, 64]);
  });

  it("draws SVG, small ones larger", async () => {
    const drawn = await decodeImage(svg(halves), "x");
    expect(Math.max(drawn.width, drawn.height)).toBeGreaterThanOrEqual(256);
    expectPicture(drawn, 16);
    expectPicture(
      await decodeImage(svg(halves, 'viewBox="0 0 14 9"', '<?xml version="1.0"?><!-- a -->'), "x"),
      16,
    );
    const large = svg('<rect width="400" height="300" fill="red"/>', 'width="400" height="300"');
    expect(await decodeImage(large, "x")).toMatchObject({ width: 400, height: 300 });
  });

  it("reads the first frame of an animation and the first page of a TIFF", async () => {
    const green = sharp(
      Buffer.from(
        Array(WIDTH * HEIGHT)
          .fill([0, 255, 0])
          .flat(),
      ),
      raw,
    );
    const frames = [await picture().png().toBuffer(), await green.png().toBuffer()];
    const joined = () => sharp(frames, { join: { animated: true } });
    for (const [bytes, within] of [
      [await joined().gif().toBuffer(), 4],
      [await joined().webp({ lossless: true }).toBuffer(), 1],
    ] as const)
      expectPicture(await decodeImage(bytes, "x"), within, size);
  });

  it("turns upright by EXIF, and puts transparency on white", async () => {
    const turned = await picture()
      .rotate(90)
      .withMetadata({ orientation: 8 })
      .jpeg({ quality: 95 })
      .toBuffer();
    expectPicture(await decodeImage(turned, "x"), 20, size);
    const clear = { width: 2, height: 2, channels: 4 as const, background: { r: 9, g: 9, b: 9, alpha: 0 } };
    const png = await sharp({ create: clear }).png().toBuffer();
    expect([...(await decodeImage(png, "x")).data]).toEqual(Array(12).fill(255));
    const grey = await sharp(png).toColourspace("b-w").png().toBuffer();
    expect((await decodeImage(grey, "x")).data.every((value) => value === 255)).toBe(true);
  });

  it("passes over a few stray bytes between JPEG's markers, not over a file cut off", async () => {
    const jpeg = await picture().jpeg({ quality: 95 }).toBuffer();
    const stray = Buffer.concat([jpeg.subarray(0, 20), Buffer.of(0, 0), jpeg.subarray(20)]);
    expectPicture(await decodeImage(stray, "x"), 16, size);
    await expect(decodeImage(jpeg.subarray(0, jpeg.length - 40), "x")).rejects.toThrow(/cannot be decoded/);
  });
});

describe("images that are refused", () => {
  it.each<[string, Uint8Array, RegExp]>([
    ["an HTML page", Buffer.from("<!DOCTYPE html><html><svg></svg>"), /it is a page of HTML/],
    ["a PDF", Buffer.from("%PDF-1.4"), /it is a PDF/],
    ["Photoshop", Buffer.from("8BPS\0\x01"), /it is a Photoshop file/],
    ["JPEG XL", Buffer.from([0xff, 0x0a, 1, 2]), /it is a JPEG XL image/],
    ["a video", Buffer.from("\0\0\0\x18ftypisom\0\0\0\0isomavc1", "latin1"), /it is a video or a sound/],
    ["text", Buffer.from("hello"), /not a PNG, JPEG, WebP/],
  ])("say what they are: %s", async (_, bytes, says) => {
    await expect(checkImageHead(new Media("a.jpg", async () => bytes), "x")).rejects.toThrow(says);
    await expect(decodeImage(bytes, "x")).rejects.toThrow(/expected a PNG, JPEG.* Convert the file/);
  });

  const claiming = (side: number) => {
    const bytes = Buffer.from(bmp({ bits: 24 }));
    bytes.writeInt32LE(side, 18);
    bytes.writeInt32LE(side, 22);
    return bytes;
  };
  const hugeHeic = Buffer.from(heic);
  hugeHeic.writeUInt32BE(60_000, hugeHeic.indexOf("ispe") + 8);
  hugeHeic.writeUInt32BE(60_000, hugeHeic.indexOf("ispe") + 12);
  it.each<[string, Uint8Array]>([
    ["BMP", claiming(100_000)],
    ["HEIC", hugeHeic],
    ["SVG", svg(halves, 'width="100000" height="100000"')],
    ["SVG that is long and thin", svg(halves, 'width="1" height="30000000"')],
  ])("are too large by their header: %s", async (_, bytes) => {
    await expect(decodeImage(bytes, "x")).rejects.toThrow(/too large|cannot be decoded/);
  });

  it.each<[string, Uint8Array]>([
    ["BMP", bmp({ bits: 24 })],
    ["BMP with run lengths", bmp({ bits: 8, rle: true })],
    ["ICO", ico(dib({ bits: 32 }, 2), 32)],
    ["HEIC", heic],
  ])("are named where they are cut off: %s", async (_, bytes) => {
    for (let length = 1; length < bytes.length - 20; length += Math.ceil(bytes.length / 40))
      await expect(decodeImage(bytes.subarray(0, length), "x"), `${length}`).rejects.toMatchObject({
        name: "InputError",
      });
  });

  it("draw nothing from outside an SVG, and expand no bomb of entities", async () => {
    const outside = svg(
      '<image href="file:///etc/hostname" width="14" height="9"/><image xlink:href="http://127.0.0.1:9/a.png" width="14" height="9"/>',
    );
    const { data } = await decodeImage(outside, "x");
    expect(data.every((value) => value === 255)).toBe(true);
    const file = '<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]>';
    const entity = svg('<text y="8" font-size="8">&e;</text>', undefined, file);
    const drawn = await decodeImage(entity, "x").catch(({ name }: Error) => name);
    if (typeof drawn !== "string") expect(drawn.data.every((value) => value === 255)).toBe(true);
    const levels = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`);
    const bomb = svg(
      '<text y="8">&e12;</text>',
      undefined,
      `<!DOCTYPE svg [<!ENTITY e0 "ha">${levels.join("")}]>`,
    );
    const before = process.cpuUsage();
    const outcome = await decodeImage(bomb, "x").catch(({ name }: Error) => name);
    expect(typeof outcome === "string" ? outcome : "drawn").toMatch(/InputError|drawn/);
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(10);
  });
});

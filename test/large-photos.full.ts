/** Photos of more pixels than are decoded: left out with the way out, other files go on; a class of them alone is refused. */

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, expect, it } from "vitest";
import { metamodal } from "./support/cli.js";
import { folders } from "./support/folders.js";

const folder = folders();
let root: string;
const photo = (name: string, width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } })
    .jpeg({ quality: 50 })
    .toFile(join(root, name));

beforeAll(async () => {
  root = folder({});
  for (const name of ["photos/red", "photos/blue", "large/red", "large/blue"])
    mkdirSync(join(root, name), { recursive: true });
  for (const i of [1, 2, 3]) {
    await photo(`photos/red/${i}.jpg`, 400 + i, 300, "#c33");
    await photo(`photos/blue/${i}.jpg`, 400 + i, 300, "#33c");
    await photo(`large/blue/${i}.jpg`, 400 + i, 300, "#33c");
  }
  await photo("photos/red/108 megapixels.jpg", 12_000, 9000, "#c22");
  await photo("photos/blue/56 megapixels.jpg", 8000, 7000, "#22c");
  await photo("large/red/108 megapixels.jpg", 12_000, 9000, "#c22");
});

const teach = (data: string, out: string) =>
  metamodal(["teach", join(root, data), "--out", join(root, out), "--json"], {
    cwd: root,
    env: { METAMODAL_CACHE: join(root, "cache") },
  });

it("are left out by name, with the limit; those below it are used", async () => {
  const { code, stdout, stderr } = await teach("photos", "a.task");
  expect(code).toBe(0);
  expect(JSON.parse(stdout).examples).toBe(7);
  expect(stderr).toMatch(
    /108 megapixels\.jpg is left out: the image is too large; expected at most 64 million pixels\. Scale the image down\./,
  );
});

it("refuse a class of which nothing else is left, and nothing is written", async () => {
  const { code, stdout, stderr } = await teach("large", "b.task");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/no example of class "red" can be decoded .*108 megapixels\.jpg.*64 million pixels/);
  expect(existsSync(join(root, "b.task"))).toBe(false);
});

/** Rebuilding the encoders gives the shipped bytes. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folderOf } from "./packages.js";
import { sources } from "./sources.js";

const built = sources.filter((source) => source.package);

it.each(built)("$name is built to the same bytes from its package", async ({ package: from, build }) => {
  const folder = folderOf(from!);
  expect(folder, `${from!.name}@${from!.version} is not installed: run npm ci`).toBeDefined();
  for (const [file, bytes] of Object.entries(await build(folder!)))
    expect(Buffer.compare(readFileSync(join("encoders", file)), bytes), file).toBe(0);
});

/** The lock of a path: one holder at a time, and none after a crash. */

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { lock } from "./lock.js";

const folder = mkdtempSync(join(tmpdir(), "metamodal-lock-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("is held once, and free again when it is unlocked", () => {
  const [path, other] = [join(folder, "a.run"), join(folder, "b.run")];
  const unlock = lock(path);
  expect(unlock).toBeDefined();
  expect(lock(path)).toBeUndefined();
  const unlockOther = lock(other);
  expect(unlockOther).toBeDefined();
  unlock!();
  const again = lock(path);
  expect(again).toBeDefined();
  again!();
  unlockOther!();
  expect(readdirSync(folder)).toEqual([]);
});

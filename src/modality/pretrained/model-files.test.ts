/** Where the files of a model id are looked for. */

import { expect, it, vi } from "vitest";
import { folders } from "../../../test/support/folders.js";
import { ownCache, plan, within } from "../../../test/support/frozen.js";
import { textFolder } from "../../../test/support/onnx.js";

ownCache();
const folder = folders();

it("finds a model id among the files kept for ids", async () => {
  const path = folder({
    ...within("models/someone/tiny", textFolder()),
    "models/someone/half/config.json": "{}", // as a download that was cut off leaves it
  });
  vi.stubEnv("METAMODAL_CACHE", path);
  await expect(plan("text", "someone/half", {}, "red")).rejects.toThrow(/half is not on this machine/);
  const spec = await plan("text", "someone/tiny", {}, "red");
  expect(spec.frozen.model).toBe("someone/tiny");
  vi.stubEnv("HF_HOME", folder(within("hub/models--someone--hub/snapshots/0123", textFolder())));
  expect((await plan("text", "someone/hub", {}, "red")).shape).toEqual([7]);
});

/** A data folder whose file unpacks to far more than its size. */

import { expect, it } from "vitest";
import { folders } from "../../../test/support/folders.js";
import { openDataset } from "../dataset.js";
import { gzip } from "../import/write.js";

const folder = folders();

it("a bomb of lines in metadata.jsonl.gz is refused before it fills the memory", async () => {
  const bomb = gzip(Buffer.alloc(2 ** 27, "\n"));
  await expect(openDataset(folder({ "metadata.jsonl.gz": bomb }))).rejects.toThrow(
    /^metadata\.jsonl\.gz: the file unpacks to far more than its size; expected at most \d+ MiB/,
  );
});

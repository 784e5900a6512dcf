/** The server by its own description, at length. */

import { join } from "node:path";
import { it } from "vitest";
import { serving, temporaryFolder } from "./support/serve.js";
import { fuzz } from "./support/serve-fuzz.js";

const folder = temporaryFolder();

it("serves or refuses 10,000 requests drawn from its description", async () => {
  const server = await serving(join(folder, "fuzz.db"));
  try {
    await fuzz(server, 10_000, 2);
  } finally {
    await server.close();
  }
}, 1_800_000);

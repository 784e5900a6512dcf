/** The server by its own description: the document is valid, and requests drawn from it are served or refused. */

import { join } from "node:path";
import { type SpecData, Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import { serving, temporaryFolder } from "./support/serve.js";
import { fuzz } from "./support/serve-fuzz.js";

const folder = temporaryFolder();

it("describes itself by a valid OpenAPI document", async () => {
  const server = await serving(join(folder, "openapi.db"));
  try {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as SpecData;
    const validator = new Validator();
    const { valid, errors } = await validator.validate(document);
    expect(errors).toBeUndefined();
    expect({ valid, version: validator.version }).toEqual({ valid: true, version: "3.1" });
    const refused = await new Validator().validate({ ...document, paths: 1 });
    expect(refused.valid).toBe(false);
  } finally {
    await server.close();
  }
});

it("serves or refuses 500 requests drawn from it", async () => {
  const server = await serving(join(folder, "fuzz.db"));
  try {
    await fuzz(server, 500, 1);
  } finally {
    await server.close();
  }
});

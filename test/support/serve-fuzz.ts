/** Requests that are drawn from the server's own description, /openapi.json, and what its replies may be. */

import fc from "fast-check";
import { expect } from "vitest";
import { createClient } from "../../src/serve/client.js";
import type { RunningServer } from "../../src/serve/server.js";
import { texts, vectors } from "./serve.js";

/** A JSON schema, as far as the server's have it. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Operation {
  readonly parameters?: readonly { name: string; in: string; schema: Schema }[];
  readonly requestBody?: { content: Readonly<Record<string, { schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Drawn {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly operation: Operation;
}

/** Values that no schema expects. */
const odd = fc.oneof(
  fc.constantFrom(
    null,
    "",
    -1,
    0,
    1e308,
    5e-324,
    2 ** 53,
    [],
    {},
    [[]],
    true,
    "__proto__",
    "\u0000",
    "﷽",
    "\ud800",
  ),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constant("a".repeat(5000)),
  fc.double({ noNaN: true }),
  fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 8 }),
  fc.jsonValue(),
);
const names = fc.oneof(
  fc.constantFrom("text", "x", "image", "row", "lines", "__proto__", "constructor", "id", "a b", "é"),
  fc.string({ maxLength: 8 }),
);

/** Values of a schema; one in `8` of its parts is odd. */
function valuesOf(schema: Schema, all: Document["components"]["schemas"], depth = 0): fc.Arbitrary<unknown> {
  const of = (each: Schema) => valuesOf(each, all, depth + 1);
  const good = (): fc.Arbitrary<unknown> => {
    if (schema.$ref !== undefined) return of(all[schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1)]);
    if (schema.anyOf) return fc.oneof(...schema.anyOf.map(of));
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if (schema.type === "string")
      return fc.oneof(fc.constantFrom("red", "blue", "a ruby", "iVBORw0KGgo="), fc.string());
    if (schema.type === "integer")
      return fc.integer({ min: Math.max(schema.minimum ?? 0, -1000), max: Math.min(schema.maximum ?? 9, 9) });
    if (schema.type === "number")
      return fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double({ noNaN: true }));
    if (schema.type === "boolean") return fc.boolean();
    if (schema.type === "array" && schema.items && depth < 12)
      return fc.array(of(schema.items), {
        minLength: schema.minItems ?? 0,
        maxLength: (schema.minItems ?? 0) + 4,
      });
    return objects(schema, of);
  };
  return fc.oneof({ arbitrary: good(), weight: 24 }, { arbitrary: odd, weight: 1 });
}

function objects(schema: Schema, of: (schema: Schema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties: more } = schema;
  const known = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, of(each)]));
  const record = fc.record(known, { requiredKeys: required.filter((name) => name in known) });
  if (typeof more !== "object") return record;
  const further = fc.dictionary(names, of(more), { minKeys: 1, maxKeys: 3 });
  return fc.tuple(record, further).map(([fixed, others]) => ({ ...others, ...fixed }));
}

/** Requests to the operations of a document; `ids` are those of tasks that are there. */
function requestsOf(document: Document, ids: readonly string[]): fc.Arbitrary<Drawn> {
  const { paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const word = fc.oneof(
    { arbitrary: fc.constantFrom(...ids), weight: 6 },
    { arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 12 }), weight: 1 },
  );
  const tags = fc.constantFrom("*", '"1"', '"2"', "x", "ab12");
  return fc.oneof(
    ...operations.map(({ path, method, operation }) => {
      const { parameters = [], requestBody } = operation;
      const of = (place: string) => parameters.filter((each) => each.in === place).map(({ name }) => name);
      const fields = (list: readonly string[], value: fc.Arbitrary<string>) =>
        fc.record(Object.fromEntries(list.map((name) => [name, value])), { requiredKeys: [] });
      const query = fc.oneof(fc.constantFrom("1", "task", "onnx", "5"), fc.string({ maxLength: 8 }));
      const json = requestBody?.content["application/json"];
      const body = !requestBody
        ? fc.constant(undefined)
        : json
          ? valuesOf(json.schema, components.schemas).map((value) => JSON.stringify(value))
          : fc.string({ unit: "binary" });
      const type = fc.oneof(
        {
          arbitrary: fc.constantFrom(...Object.keys(requestBody?.content ?? { "text/plain": 0 })),
          weight: 9,
        },
        { arbitrary: fc.constantFrom("text/xml", "", "multipart/form-data; boundary=x"), weight: 1 },
      );
      const parts = fc.tuple(fields(of("query"), query), fields(of("header"), tags), body, type);
      return fc.tuple(fc.array(word, { minLength: 2, maxLength: 2 }), parts).map(([words, drawn]): Drawn => {
        const [search, headers, content, contentType] = drawn;
        const taken = [...words];
        const filled = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(taken.shift()!));
        const given = new URLSearchParams(Object.entries(search) as [string, string][]);
        return {
          ...{ method: method.toUpperCase(), path: `${filled}?${given}`, body: content, operation },
          headers: { ...headers, ...(content !== undefined && { "content-type": contentType }) },
        };
      });
    }),
  );
}

/** Send `count` requests. None may fail by the server, none may hang, and every refusal has a stable code. */
export async function fuzz({ url }: RunningServer, count: number, seed: number): Promise<void> {
  const client = createClient(url);
  const ids: string[] = [];
  for (const examples of [texts, vectors(10, 4)]) ids.push((await client.teach({ examples })).task.id);
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document;
  const statuses = new Map<number, number>();
  const check = async ({ method, path, headers, body, operation }: Drawn) => {
    const reply = await fetch(url + path, { method, headers, body, signal: AbortSignal.timeout(20_000) });
    const bytes = await reply.arrayBuffer();
    const shown = `${method} ${path} ${body?.slice(0, 500)}: ${new TextDecoder().decode(bytes).slice(0, 500)}`;
    statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
    expect(reply.status, shown).toBeLessThan(500);
    expect(Object.keys(operation.responses), shown).toContain(String(reply.status));
    if (reply.status < 400) return;
    const error = JSON.parse(new TextDecoder().decode(bytes));
    expect(Object.keys(error).sort(), shown).toEqual(["code", "expected", "message", "remedy", "where"]);
    expect(error.code, shown).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
  };
  // Tasks are deleted by the requests themselves, which must not end what the later ones meet.
  const kept = fc.asyncProperty(requestsOf(document, ids), async (drawn) => {
    if (drawn.method !== "DELETE" || !ids.some((id) => drawn.path.startsWith(`/v1/tasks/${id}?`)))
      await check(drawn);
  });
  await fc.assert(kept, { numRuns: count, seed, endOnFailure: false, interruptAfterTimeLimit: 1_500_000 });
  expect(statuses.get(200) ?? 0).toBeGreaterThan(count / 20);
  expect([...statuses.keys()].filter((status) => status >= 400).length).toBeGreaterThan(2);
}

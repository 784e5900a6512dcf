/** The description of the server by OpenAPI 3.1, from the routes and their schemas. */

import { z } from "zod";
import type { Route } from "./route.js";
import { errorSchema } from "./schemas.js";

/** Errors that every route may give. */
const always = [400, 401, 403, 408, 413, 415, 429, 500];

const descriptions: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  204: "Deleted",
  400: "The request is not understood",
  401: "The bearer token is missing",
  403: "The request comes from a foreign page or by a foreign name",
  404: "There is no such task or example",
  408: "The request did not arrive in time, or its work takes too long",
  409: "The request does not fit the task as it is",
  412: "The task has changed: its ETag is not that of If-Match",
  413: "The request is too large",
  415: "The content type is not taken",
  422: "The Idempotency-Key was used for another request",
  429: "The server is busy; Retry-After says when to try again",
  500: "A bug, or a fault of the machine",
};

type Json = Record<string, unknown>;

/** The OpenAPI document of routes. */
export function openApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {};
  const components: Json = {};
  const schemaOf = (schema: z.ZodType, io: "input" | "output"): unknown => {
    const { $schema: _, $defs = {}, ...json } = z.toJSONSchema(schema, { io, target: "draft-2020-12" });
    Object.assign(components, JSON.parse(moved($defs)));
    return JSON.parse(moved(json));
  };
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path][route.method] = operationOf(route, schemaOf);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "metamodal",
      version,
      description: "Teach tasks from a handful of examples of any modalities, and predict.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }, {}],
    paths,
    components: {
      schemas: components,
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

/** JSON text whose references lead to the document's components. */
const moved = (json: object): string => JSON.stringify(json).replaceAll("#/$defs/", "#/components/schemas/");

function operationOf(route: Route, schemaOf: (schema: z.ZodType, io: "input" | "output") => unknown): Json {
  const {
    id,
    summary,
    query = {},
    body,
    takes,
    takesForms,
    status = 200,
    reply,
    gives,
    fails = [],
    writes,
  } = route;
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const header = (name: string, description: string) => ({
    ...{ name, in: "header", required: false, description, schema: { type: "string" } },
  });
  const parameters = [
    ...names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    ...Object.entries(query).map(([name, { schema, about }]) => ({
      ...{ name, in: "query", required: false, description: about, schema: schemaOf(schema, "input") },
    })),
    ...(writes
      ? [header("Idempotency-Key", "The same key gives the same reply, and changes nothing again")]
      : []),
    ...(route.matches ? [header("If-Match", "The ETag that the task must have")] : []),
  ];
  const json = (schema: unknown) => ({ "application/json": { schema } });
  const form = { "multipart/form-data": { schema: { type: "object" } } };
  const bytes = { schema: { type: "string", contentMediaType: "application/octet-stream" } };
  const content = takes
    ? Object.fromEntries(takes.map((type) => [type, bytes]))
    : body && { ...json(schemaOf(body, "input")), ...(takesForms && form) };
  const success = gives ? { [gives]: bytes } : reply && json(schemaOf(reply, "output"));
  const errors = [...new Set([...always, ...fails, ...(writes ? [422] : [])])].sort();
  return {
    operationId: id,
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(content && { requestBody: { required: true, content } }),
    responses: {
      [status]: { description: descriptions[status], ...(success && { content: success }) },
      ...Object.fromEntries(
        errors.map((code) => [
          code,
          { description: descriptions[code], content: json(schemaOf(errorSchema, "output")) },
        ]),
      ),
    },
  };
}

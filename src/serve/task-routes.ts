/** Routes of tasks, /v1. */

import { z } from "zod";
import { parseBody, wrongType } from "./body.js";
import { pageOf } from "./page.js";
import { Refusal } from "./refusal.js";
import type { Reply, Route } from "./route.js";
import {
  addSchema,
  type Change,
  changeSchema,
  examplesSchema,
  predictionsSchema,
  predictSchema,
  type TaskView,
  taskSchema,
  tasksSchema,
  teachSchema,
} from "./schemas.js";
import { zipped } from "./zip.js";

const etagOf = ({ version }: TaskView): string => `"${version}"`;

const changed = (status: number, change: Change): Reply => ({
  status,
  body: change,
  headers: {
    etag: etagOf(change.task),
    ...(status === 201 && { location: `/v1/tasks/${change.task.id}` }),
  },
});

const pages = {
  after: { schema: z.string().max(200), about: "`next` of the page before" },
  limit: { schema: z.int().min(1).max(1000), about: "entries of a page; default 100" },
};
const FILE_TYPES = ["application/octet-stream", "application/zip"];

export const taskRoutes: readonly Route[] = [
  {
    ...{ method: "post", path: "/v1/tasks", id: "teach", writes: true },
    summary: "Teach a task from labelled examples",
    ...{ body: teachSchema, status: 201, reply: changeSchema, fails: [409] },
    run: async ({ tasks, bytes, contentType, signal, keep }) =>
      tasks.create(await parseBody(teachSchema, bytes, contentType), {
        signal,
        finish: (change) => keep(changed(201, change)),
      }),
  },
  {
    ...{ method: "get", path: "/v1/tasks", id: "list", query: pages, reply: tasksSchema },
    summary: "List the tasks in the order of their ids",
    run: async ({ tasks, query }) => {
      const { after, limit } = pageOf(query);
      return { status: 200, body: tasks.store.views(after, limit) };
    },
  },
  {
    ...{ method: "post", path: "/v1/tasks/import", id: "import", writes: true },
    summary: "Take in a .task file, as `metamodal teach` and the export write it",
    ...{ takes: FILE_TYPES, status: 201, reply: changeSchema, fails: [409] },
    query: { name: { schema: z.string().min(1).max(200), about: "the name of the task" } },
    run: async ({ tasks, bytes, contentType, query, signal, keep }) => {
      const type = contentType?.split(";")[0].trim().toLowerCase() ?? "";
      if (!FILE_TYPES.includes(type)) wrongType(contentType, FILE_TYPES.join(" or "));
      const name = query.get("name")?.slice(0, 200) || undefined;
      return tasks.import(bytes, name, { signal, finish: (change) => keep(changed(201, change)) });
    },
  },
  {
    ...{ method: "get", path: "/v1/tasks/{id}", id: "show", reply: taskSchema, fails: [404] },
    summary: "Show a task: classes, counts, cross-validated accuracy",
    run: async ({ tasks, params }) => {
      const view = tasks.view(params.id);
      return { status: 200, body: view, headers: { etag: etagOf(view) } };
    },
  },
  {
    ...{ method: "delete", path: "/v1/tasks/{id}", id: "delete", writes: true, matches: true },
    ...{ summary: "Delete a task", status: 204, fails: [404, 412] },
    run: ({ tasks, params, signal, expects, keep }) =>
      tasks.delete(params.id, { signal, expects, finish: () => keep({ status: 204 }) }),
  },
  {
    ...{ method: "get", path: "/v1/tasks/{id}/examples", id: "examples", query: pages },
    ...{ summary: "List a task's examples: ids and labels", reply: examplesSchema, fails: [404] },
    run: async ({ tasks, params, query }) => {
      const { after, limit } = pageOf(query);
      tasks.view(params.id);
      return { status: 200, body: tasks.store.examples(params.id, after, limit) };
    },
  },
  {
    ...{ method: "post", path: "/v1/tasks/{id}/examples", id: "add", writes: true, matches: true },
    ...{ summary: "Add examples to a task", body: addSchema, reply: changeSchema, fails: [404, 409, 412] },
    run: async ({ tasks, params, bytes, contentType, signal, expects, keep }) => {
      const { examples } = await parseBody(addSchema, bytes, contentType);
      const finish = (change: Change) => keep(changed(200, change));
      return tasks.add(params.id, examples, { signal, expects, finish });
    },
  },
  {
    ...{ method: "delete", path: "/v1/tasks/{id}/examples/{example}", id: "remove" },
    ...{ writes: true, matches: true, reply: changeSchema, fails: [404, 409, 412] },
    summary: "Remove an example from a task",
    run: ({ tasks, params, signal, expects, keep }) => {
      const finish = (change: Change) => keep(changed(200, change));
      return tasks.remove(params.id, params.example, { signal, expects, finish });
    },
  },
  {
    ...{ method: "post", path: "/v1/tasks/{id}/predict", id: "predict" },
    ...{ summary: "Predict examples", body: predictSchema, reply: predictionsSchema, fails: [404, 409] },
    run: async ({ tasks, params, bytes, contentType, signal }) => {
      const { examples } = await parseBody(predictSchema, bytes, contentType);
      return { status: 200, body: { predictions: await tasks.predict(params.id, examples, signal) } };
    },
  },
  {
    ...{ method: "get", path: "/v1/tasks/{id}/export", id: "export", gives: "application/zip" },
    ...{ summary: "The .task file of a task, or a zip archive of ONNX files", fails: [404, 409] },
    query: { format: { schema: z.enum(["task", "onnx"]), about: "default `task`" } },
    run: async ({ tasks, params, query, signal }) => {
      const format = query.get("format") ?? "task";
      if (format !== "task" && format !== "onnx") throw badFormat(format);
      const task = await tasks.task(params.id);
      signal.throwIfAborted();
      if (format === "task") {
        const { bytes, name } = task.file();
        return attachment(bytes, params.id + name);
      }
      const files = await task.onnx();
      signal.throwIfAborted();
      return attachment(zipped(files), `${params.id}-onnx.zip`);
    },
  },
];

const attachment = (body: Uint8Array, name: string): Reply => ({
  status: 200,
  body,
  headers: {
    "content-type": "application/zip",
    "content-disposition": `attachment; filename="${name}"`,
  },
});

const badFormat = (format: string) =>
  new Refusal(400, {
    code: "serve/bad-query",
    where: 'parameter "format"',
    problem: `it is ${JSON.stringify(format.slice(0, 40))}`,
    expected: "task or onnx",
    remedy: "Mend the request.",
  });

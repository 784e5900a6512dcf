/**
 * A client of `metamodal serve`, for Node and pages: `fetch`, and nothing else.
 *
 * @example
 * const client = createClient("http://127.0.0.1:8080");
 * const { task } = await client.teach({ examples: [{ label: "a", text: "red" }, { label: "b", text: "blue" }] });
 * const [prediction] = await client.predict(task.id, [{ text: "crimson" }]);
 */

import type {
  Change,
  ExamplePage,
  LabelledExample,
  Query,
  ServedPrediction,
  ServerError,
  TaskPage,
  TaskView,
  TeachRequest,
  Value,
} from "./schemas.js";

export type {
  Change,
  ExamplePage,
  LabelledExample,
  Query,
  ServedPrediction,
  ServerError,
  TaskPage,
  TaskView,
  TeachRequest,
  Value,
};

export interface ClientOptions {
  /** The bearer token of the server. */
  readonly token?: string;
  /** In place of the global `fetch`. */
  readonly fetch?: typeof fetch;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
}

export interface WriteRequestOptions extends RequestOptions {
  /** Makes the write happen once, however often it is sent. */
  readonly key?: string;
  /** The version that the task must have. */
  readonly version?: number;
}

export interface PageOptions extends RequestOptions {
  readonly after?: string;
  readonly limit?: number;
}

/** An error that the server replies with. */
export class ServerFault extends Error {
  readonly code: string;

  constructor(
    readonly status: number,
    readonly parts: ServerError,
  ) {
    super(`${parts.where}: ${parts.message}; expected ${parts.expected}. ${parts.remedy}`);
    this.name = "ServerFault";
    this.code = parts.code;
  }
}

/** Requests to a server. All throw {@link ServerFault} when the server refuses. */
export interface Client {
  /** Teach a task. */
  teach(request: TeachRequest, options?: WriteRequestOptions): Promise<Change>;
  /** List tasks, in pages. */
  tasks(options?: PageOptions): Promise<TaskPage>;
  task(id: string, options?: RequestOptions): Promise<TaskView>;
  /** List a task's examples, in pages. */
  examples(id: string, options?: PageOptions): Promise<ExamplePage>;
  add(id: string, examples: readonly LabelledExample[], options?: WriteRequestOptions): Promise<Change>;
  remove(id: string, example: string, options?: WriteRequestOptions): Promise<Change>;
  predict(id: string, examples: readonly Query[], options?: RequestOptions): Promise<ServedPrediction[]>;
  /** The `.task` file of a task, or a zip archive of ONNX files. */
  export(id: string, format?: "task" | "onnx", options?: RequestOptions): Promise<Uint8Array>;
  /** Take in a `.task` file. */
  import(file: Uint8Array, options?: WriteRequestOptions & { readonly name?: string }): Promise<Change>;
  delete(id: string, options?: WriteRequestOptions): Promise<void>;
}

interface Sent extends WriteRequestOptions {
  readonly method?: "POST" | "DELETE";
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
}

/** A client of the server at `url`. */
export function createClient(url: string, { token, fetch: send = fetch }: ClientOptions = {}): Client {
  const base = url.replace(/\/+$/, "");
  const request = async (
    path: string,
    { method, json, bytes, key, version, signal }: Sent = {},
  ): Promise<Response> => {
    const headers: Record<string, string> = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { "idempotency-key": key }),
      ...(version !== undefined && { "if-match": `"${version}"` }),
      ...(json !== undefined && { "content-type": "application/json" }),
      ...(bytes && { "content-type": "application/octet-stream" }),
    };
    const body = bytes ? new Uint8Array(bytes) : json === undefined ? undefined : JSON.stringify(json);
    const response = await send(base + path, { method, headers, body, signal });
    if (!response.ok) throw new ServerFault(response.status, await errorOf(response));
    return response;
  };
  const json = async <T>(path: string, sent?: Sent): Promise<T> => (await request(path, sent)).json() as T;
  const one = (id: string) => `/v1/tasks/${encodeURIComponent(id)}`;
  return {
    teach: (given, options) => json("/v1/tasks", { ...options, method: "POST", json: given }),
    tasks: (options = {}) => json(`/v1/tasks${pageQuery(options)}`, { signal: options.signal }),
    task: (id, options) => json(one(id), options),
    examples: (id, options = {}) =>
      json(`${one(id)}/examples${pageQuery(options)}`, { signal: options.signal }),
    add: (id, examples, options) =>
      json(`${one(id)}/examples`, { ...options, method: "POST", json: { examples } }),
    remove: (id, example, options) =>
      json(`${one(id)}/examples/${encodeURIComponent(example)}`, { ...options, method: "DELETE" }),
    predict: async (id, examples, options) => {
      const sent = { ...options, method: "POST", json: { examples } } as const;
      return (await json<{ predictions: ServedPrediction[] }>(`${one(id)}/predict`, sent)).predictions;
    },
    export: async (id, format = "task", options) =>
      new Uint8Array(await (await request(`${one(id)}/export?format=${format}`, options)).arrayBuffer()),
    import: (bytes, { name, ...options } = {}) => {
      const query = name === undefined ? "" : `?name=${encodeURIComponent(name)}`;
      return json(`/v1/tasks/import${query}`, { ...options, method: "POST", bytes });
    },
    delete: async (id, options) => {
      await request(one(id), { ...options, method: "DELETE" });
    },
  };
}

function pageQuery({ after, limit }: PageOptions): string {
  const query = new URLSearchParams();
  if (after !== undefined) query.set("after", after);
  if (limit !== undefined) query.set("limit", String(limit));
  return query.size > 0 ? `?${query}` : "";
}

async function errorOf(response: Response): Promise<ServerError> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return {
      code: "serve/no-reply",
      message: text.slice(0, 200),
      where: response.url,
      expected: "a reply of metamodal serve",
      remedy: "Check the address.",
    };
  }
}

/** Counts and times of the server in the text format of Prometheus. */

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Gate } from "./limits.js";
import type { Tasks } from "./tasks.js";

export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<"route" | "method" | "status">;
  readonly #seconds: Histogram<"route" | "method">;

  constructor(tasks: Tasks, gate: Gate) {
    const registers = [this.#registry];
    this.#requests = new Counter({
      name: "metamodal_requests_total",
      help: "Requests by route, method and status",
      labelNames: ["route", "method", "status"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "metamodal_request_seconds",
      help: "Seconds from a request to its reply",
      labelNames: ["route", "method"],
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
      registers,
    });
    const gauge = (name: string, help: string, measure: () => number) =>
      new Gauge({
        ...{ name: `metamodal_${name}`, help, registers },
        collect() {
          this.set(measure());
        },
      });
    gauge("tasks", "Tasks in the database", () => tasks.store.count());
    gauge("tasks_loaded", "Tasks in memory", () => tasks.loaded);
    gauge("requests_running", "Requests in progress", () => gate.running);
    gauge("predictions_waiting", "Examples that wait for their prediction", () => tasks.waiting);
    gauge("memory_bytes", "Resident memory of the process", () => process.memoryUsage.rss());
    gauge("uptime_seconds", "Seconds since the process started", () => process.uptime());
  }

  /** Count a request; `route` is the path of the table, so that names of tasks are no labels. */
  count(route: string, method: string, status: number, seconds: number): void {
    this.#requests.inc({ route, method, status: String(status) });
    this.#seconds.observe({ route, method }, seconds);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}

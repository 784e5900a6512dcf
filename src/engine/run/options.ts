/** Options of an engine. A file of its own, so that public types that name them reach no engine internals. */

export const devices = ["cpu", "webgpu"] as const;
/** Where programs run. */
export type Device = (typeof devices)[number];

export interface EngineOptions {
  /** Number of worker threads, by default one per core. Results do not depend on it. */
  threads?: number;
  /** Where programs run, by default `cpu`. */
  device?: Device;
}

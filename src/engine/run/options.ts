/** How programs are run. A file of its own, so that public types that name it reach no engine internals. */

export const devices = ["cpu", "webgpu"] as const;
/** Where programs run. */
export type Device = (typeof devices)[number];

export interface EngineOptions {
  /** Worker threads; by default one a core. Results do not depend on it. */
  threads?: number;
  /** Where programs run; default `cpu`. */
  device?: Device;
}

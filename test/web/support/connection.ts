/**
 * A phone's connection, emulated by the server: each response begins after the latency, and all share the bytes per second.
 * Chromium's own emulation works in its processes, whose processor time is measured here.
 */

import type { ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";

export interface Connection {
  /** Bytes per second of all responses together. */
  readonly rate: number;
  /** Milliseconds from a request to its response. */
  readonly latency: number;
}

/** 4G: 9 Mbit/s and 170 ms. */
export const phone: Connection = { rate: 9e6 / 8, latency: 170 };

/** Milliseconds of the connection that are sent at a time. */
const SLICE = 10;

/** Sends bodies over a connection. */
export function throttled({ rate, latency }: Connection) {
  const slice = Math.ceil((rate * SLICE) / 1000);
  /** When the connection has sent what it was given, in milliseconds. */
  let free = 0;
  return async (response: ServerResponse, body: Buffer): Promise<void> => {
    await setTimeout(latency);
    for (let from = 0; from < body.length; from += slice) {
      const part = body.subarray(from, from + slice);
      free = Math.max(free, performance.now()) + (1000 * part.length) / rate;
      await setTimeout(Math.max(0, free - performance.now()));
      response.write(part);
    }
    response.end();
  };
}

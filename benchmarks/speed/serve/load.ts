/** Requests per second and their times, of a number of connections that each send the next request after a reply. */

import { Connection } from "./connection.js";

export interface Load {
  readonly perSecond: number;
  /** Milliseconds from a request to its reply that half of the requests took at most. */
  readonly p50: number;
  /** The same of 99 % of the requests. */
  readonly p99: number;
}

/** Send `count` requests over `connections` connections, after a tenth as many that are not counted. */
export async function loadOf(
  url: string,
  requests: readonly Uint8Array[],
  { count, connections }: { readonly count: number; readonly connections: number },
): Promise<Load> {
  const all = await Promise.all(Array.from({ length: connections }, () => Connection.open(url)));
  const times: number[] = [];
  let started = performance.now();
  let next = 0;
  const run = async (total: number): Promise<void> => {
    const end = next + total;
    times.length = 0;
    started = performance.now();
    await Promise.all(
      all.map(async (connection) => {
        while (next < end) {
          const request = requests[next++ % requests.length];
          const sent = performance.now();
          const status = await connection.send(request);
          if (status !== 200) throw new Error(`the server replied with status ${status}`);
          times.push(performance.now() - sent);
        }
      }),
    );
  };
  try {
    await run(Math.ceil(count / 10));
    await run(count);
    const seconds = (performance.now() - started) / 1000;
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.floor(share * times.length)];
    return { perSecond: count / seconds, p50: at(0.5), p99: at(0.99) };
  } finally {
    for (const connection of all) connection.close();
  }
}

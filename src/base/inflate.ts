/** Unpacks deflated data. */

import { promisify } from "node:util";
import { inflateRaw as inflateRawLater, inflateRawSync, inflateSync } from "node:zlib";

/** Unpack a zlib stream (RFC 1950). @throws {Error} for damaged data, and for more than `most` bytes */
export const unzlib = (data: Uint8Array, most: number): Uint8Array =>
  inflateSync(data, { maxOutputLength: most });

/** Unpack a raw deflate stream (RFC 1951). @throws {Error} for damaged data, and for more than `most` bytes */
export const inflateRaw = (data: Uint8Array, most: number): Uint8Array =>
  inflateRawSync(data, { maxOutputLength: most });

/** As {@link inflateRaw}, on another thread if there is one. */
export const inflateRawAside = async (data: Uint8Array, most: number): Promise<Uint8Array> =>
  promisify(inflateRawLater)(data, { maxOutputLength: most });

/** Unpacks deflated data in a page. */

import { inflateSync, unzlibSync } from "fflate";

/** Unpack into `most` bytes and one more, which shows that there is more. */
function limited(unpack: (into: Uint8Array) => Uint8Array, most: number): Uint8Array {
  const unpacked = unpack(new Uint8Array(most + 1));
  if (unpacked.length > most) throw new Error(`it unpacks to more than ${most} bytes`);
  return unpacked;
}

/** Unpack a zlib stream (RFC 1950). @throws {Error} for damaged data, and for more than `most` bytes */
export const unzlib = (data: Uint8Array, most: number): Uint8Array =>
  limited((out) => unzlibSync(data, { out }), most);

/** Unpack a raw deflate stream (RFC 1951). @throws {Error} for damaged data, and for more than `most` bytes */
export const inflateRaw = (data: Uint8Array, most: number): Uint8Array =>
  limited((out) => inflateSync(data, { out }), most);

/** As {@link inflateRaw}, asynchronously. */
export const inflateRawAside = async (data: Uint8Array, most: number): Promise<Uint8Array> =>
  inflateRaw(data, most);

/** Bytes and text, in what Node and a browser have in common. */

const utf8 = new TextEncoder();

/** The UTF-8 bytes of a text. */
export const utf8Bytes = (text: string): Uint8Array<ArrayBuffer> => utf8.encode(text);

/** Bytes as characters of the same number (ISO 8859-1), of which `TextDecoder` reads 0x80 to 0x9f otherwise. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += CHUNK)
    text += String.fromCharCode(...bytes.subarray(from, from + CHUNK));
  return text;
}

/** Arguments of one call. */
const CHUNK = 1 << 13;

/** Bytes one after another. */
export function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The offset of an ASCII text in bytes at or after `from`; −1 if it is not there. */
export function indexOfText(bytes: Uint8Array, text: string, from = 0): number {
  const codes = [...text].map((character) => character.charCodeAt(0));
  for (let at = bytes.indexOf(codes[0], from); at >= 0; at = bytes.indexOf(codes[0], at + 1))
    if (codes.every((code, i) => bytes[at + i] === code)) return at;
  return -1;
}

/** A view of bytes, for numbers of several bytes. */
export const dataViewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The bytes of a typed array, without a copy. */
export const bytesOf = (view: ArrayBufferView): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

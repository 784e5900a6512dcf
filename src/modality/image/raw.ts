/** Decoded images. */

/** Decoded pixels, rows from the top, with 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA) interleaved channels. */
export interface RawImage {
  width: number;
  height: number;
  channels: number;
  data: Uint8Array | Uint8ClampedArray;
}

/** Generated WAV, FLAC and MP3 files. */

/** Encode channels of samples in [−1, 1] as a WAV file of 16 bits. */
export function wav(channels: readonly Float32Array[], rate: number): Uint8Array {
  const frame = 2 * channels.length;
  const size = channels[0].length * frame;
  const bytes = Buffer.alloc(44 + size);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + size, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels.length, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * frame, 28);
  bytes.writeUInt16LE(frame, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(size, 40);
  for (const [c, samples] of channels.entries())
    for (const [i, x] of samples.entries()) bytes.writeInt16LE(Math.round(x * 32767), 44 + i * frame + 2 * c);
  return new Uint8Array(bytes);
}

/** Samples of a sine tone. */
export const tone = (hertz: number, rate: number, seconds: number, height = 0.5): Float32Array =>
  Float32Array.from(
    { length: Math.round(rate * seconds) },
    (_, i) => height * Math.sin((2 * Math.PI * hertz * i) / rate),
  );

/** Cyclic redundancy check of 8 or 16 bits with a generator `polynomial`. */
function remainder(bytes: Uint8Array, bits: 8 | 16, polynomial: number): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << (bits - 8);
    for (let i = 0; i < 8; i++)
      crc = crc >> (bits - 1) ? ((crc << 1) ^ polynomial) & (2 ** bits - 1) : crc << 1;
  }
  return crc;
}

/** Samples of a FLAC frame. */
const BLOCK = 400;

/** Encode mono samples in [−1, 1] at 8 kHz, a multiple of 400, as a FLAC file of 16 bits with verbatim frames. */
export function flac(samples: Float32Array): Uint8Array {
  const bodies = Array.from({ length: samples.length / BLOCK }, (_, n) => {
    const body = Buffer.alloc(1 + 2 * BLOCK, 2);
    for (let i = 0; i < BLOCK; i++) body.writeInt16BE(Math.round(samples[n * BLOCK + i] * 32767), 1 + 2 * i);
    return body;
  });
  return flacOf(bodies, BLOCK);
}

/** A FLAC file with `frames` silent frames of 65,535 samples and 13 bytes each, after a picture of `picture` bytes. */
export const silentFlac = (frames: number, picture = 0): Uint8Array =>
  flacOf(Array<Buffer>(frames).fill(Buffer.alloc(3)), 65_535, picture);

/** A WAV file whose header declares 65,535 compressed samples per block of 4 bytes. */
export function packedWav(blocks: number): Uint8Array {
  const bytes = Buffer.concat([
    Buffer.from("RIFF\0\0\0\0WAVEfmt "),
    Buffer.alloc(24),
    Buffer.from("data\0\0\0\0"),
    Buffer.alloc(4 * blocks),
  ]);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.writeUInt32LE(20, 16);
  for (const [i, value] of [17, 1].entries()) bytes.writeUInt16LE(value, 20 + 2 * i);
  bytes.writeUInt32LE(8000, 24);
  for (const [i, value] of [4, 4, 2, 65_535].entries()) bytes.writeUInt16LE(value, 32 + 2 * i);
  bytes.writeUInt32LE(4 * blocks, bytes.length - 4 * blocks - 4);
  return new Uint8Array(bytes);
}

/** A FLAC file of frames of `block` samples with the given `bodies`, and optionally a picture of `picture` bytes. */
function flacOf(bodies: readonly Buffer[], block: number, picture = 0): Uint8Array {
  const info = Buffer.alloc(34);
  info.writeUInt16BE(block, 0);
  info.writeUInt16BE(block, 2);
  info.writeUInt32BE(((8000 << 12) | (15 << 4)) >>> 0, 10);
  info.writeUInt32BE(bodies.length * block, 14);
  const frames = bodies.map((body, n) => {
    const header = Buffer.from([0xff, 0xf8, 0x74, 0x08, n % 128, 0, 0]);
    header.writeUInt16BE(block - 1, 5);
    const frame = Buffer.concat([header, Buffer.of(remainder(header, 8, 0x07)), body]);
    const check = remainder(frame, 16, 0x8005);
    return Buffer.concat([frame, Buffer.of(check >> 8, check & 255)]);
  });
  const metadata = [Buffer.of(picture > 0 ? 0 : 0x80, 0, 0, 34), info];
  if (picture > 0) {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(0x86_00_00_00 + picture);
    metadata.push(head, Buffer.alloc(picture));
  }
  return new Uint8Array(Buffer.concat([Buffer.from("fLaC"), ...metadata, ...frames]));
}

/** An MP3 file of `frames` silent frames: mono, 44.1 kHz, 128 kbit/s. */
export const silentMp3 = (frames: number): Uint8Array =>
  new Uint8Array(
    Buffer.concat(
      Array.from({ length: frames }, () =>
        Buffer.concat([Buffer.of(0xff, 0xfb, 0x90, 0xc0), Buffer.alloc(413)]),
      ),
    ),
  );

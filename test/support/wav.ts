/** WAV files made by tests. */

/** Channels of samples from −1 to 1 as a WAV file of 16 bits. */
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

/** `seconds` of a sine of `hertz`. */
export const tone = (hertz: number, rate: number, seconds: number, height = 0.5): Float32Array =>
  Float32Array.from(
    { length: Math.round(rate * seconds) },
    (_, i) => height * Math.sin((2 * Math.PI * hertz * i) / rate),
  );

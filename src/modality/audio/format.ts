/** Detects the format of an audio file by its first bytes. */

import { latin1 } from "../../base/bytes.js";
import type { Compressed } from "./length.js";
import { isWav } from "./wav.js";

export type SoundFormat = "wav" | Compressed;

/** Number of bytes needed to detect the format. */
export const headBytes = 512;

/** Signatures of formats that are not supported, and their names in errors. */
const others: readonly (readonly [start: string, name: string])[] = [
  ["\x1a\x45\xdf\xa3", "a WebM or Matroska file"],
  ["caff", "a Core Audio file (.caf)"],
  ["#!AMR", "an AMR file"],
  ["\x30\x26\xb2\x75", "a Windows Media file (.wma)"],
  ["MThd", "a MIDI file"],
  ["RIFX", "a big-endian WAV file (RIFX)"],
  ["\x89PNG", "a PNG image"],
  ["\xff\xd8\xff", "a JPEG image"],
  ["%PDF", "a PDF"],
  ["PK\x03\x04", "a zip archive"],
  ["<", "a page of HTML or XML"],
];

/** The codec of an Ogg stream, by the first packet of its first page. */
const oggCodecs: readonly (readonly [start: string, format: Compressed | undefined, name: string])[] = [
  ["OpusHead", "opus", "Opus"],
  ["\x01vorbis", "vorbis", "Vorbis"],
  ["\x7fFLAC", undefined, "FLAC in Ogg"],
  ["Speex", undefined, "Speex in Ogg"],
  ["\x80theora", undefined, "a Theora video"],
];

/** Whether bytes are the beginning of an audio file: a cheaper and looser test than {@link soundFormat}. */
export function isAudioHead(bytes: Uint8Array): boolean {
  const text = (from: number, to: number) => latin1(bytes.subarray(from, to));
  const start = text(0, 4);
  if (/^(?:RIFF|RF64|RIFX)$/.test(start)) return text(8, 12) === "WAVE";
  if (start === "fLaC" || start === "OggS" || start.startsWith("ID3")) return true;
  if (bytes[0] === 0xff && (bytes[1] & 0xe0) === 0xe0) return true;
  if (start === "FORM") return text(8, 11) === "AIF";
  return text(4, 8) === "ftyp" && /^(?:M4A|M4B|mp4|isom|dash)/.test(text(8, 12));
}

/** The format of a file by its first {@link headBytes}, or a description of an unsupported file. */
export function soundFormat(head: Uint8Array): { format: SoundFormat } | { found: string } {
  if (head.length === 0) return { found: "the file is empty" };
  const text = (from: number, to: number) => latin1(head.subarray(from, to));
  const start = text(0, 12);
  if (isWav(head)) return { format: "wav" };
  if (start.startsWith("fLaC")) return { format: "flac" };
  if (/^FORM.{4}AIF[FC]/s.test(start)) return { format: "aiff" };
  if (start.startsWith("OggS")) {
    const packet = text(27 + (head[26] ?? 0), headBytes);
    const codec = oggCodecs.find(([name]) => packet.startsWith(name));
    return codec?.[1] ? { format: codec[1] } : { found: `it is ${codec?.[2] ?? "Ogg of an unknown codec"}` };
  }
  if (start.slice(4, 8) === "ftyp")
    return /hei[cx]|mif1|msf1|avif/.test(start.slice(8)) ? { found: "it is an image" } : { format: "aac" };
  if (start.startsWith("ID3")) return { format: "mp3" };
  // A frame's eleven set bits, then version and layer; layer 0 is AAC's ADTS.
  if (head[0] === 0xff && (head[1] & 0xe0) === 0xe0 && !start.startsWith("\xff\xff"))
    return { format: (head[1] & 0xf6) === 0xf0 ? "aac" : "mp3" };
  const other = others.find(([name]) => start.trimStart().startsWith(name));
  return { found: other ? `it is ${other[1]}` : "not a WAV, MP3, FLAC, Ogg, M4A or AIFF file" };
}

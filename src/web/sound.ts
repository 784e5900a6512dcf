/** Decodes compressed sounds. The browser decodes off the main thread. */

import type { Channels } from "../modality/audio/length.js";
import type { CallContext } from "./connection.js";

/** Decode a file at `rate`; undefined if it is longer than `mostSeconds`, or of unknown length. */
export async function decodeSound(
  { bytes, rate, mostSeconds }: { bytes: Uint8Array; rate: number; mostSeconds: number },
  { transfer }: CallContext,
): Promise<Channels | undefined> {
  const seconds = await durationOf(bytes);
  if (!(seconds <= mostSeconds)) return undefined;
  const context = new OfflineAudioContext(1, 1, rate);
  const sound = await context.decodeAudioData(Uint8Array.from(bytes).buffer);
  const channelData = Array.from({ length: sound.numberOfChannels }, (_, c) =>
    sound.getChannelData(c).slice(),
  );
  for (const { buffer } of channelData) transfer(buffer);
  return { channelData, sampleRate: sound.sampleRate };
}

/** Seconds by the headers of a file. */
async function durationOf(bytes: Uint8Array): Promise<number> {
  const url = URL.createObjectURL(new Blob([Uint8Array.from(bytes)]));
  const element = new Audio();
  try {
    return await new Promise<number>((resolve, reject) => {
      element.onloadedmetadata = () => resolve(element.duration);
      element.onerror = () =>
        reject(new Error(element.error?.message || "the browser does not read its format"));
      element.preload = "metadata";
      element.src = url;
    });
  } finally {
    element.removeAttribute("src");
    URL.revokeObjectURL(url);
  }
}

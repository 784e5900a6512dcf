/**
 * Imports Speech Commands (Warden, 2018) as a data folder. Its source has one folder per word, `word/speaker_nohash_0.wav`,
 * and `validation_list.txt` and `testing_list.txt`, which hold out speakers.
 *
 * Few-shot tasks need unseen words as well. Words are split 70/15/15 by seed, and a clip gets the split of its word if that is
 * also the split of its speaker, so that only held-out speakers say held-out words. Other clips have no split and are unused.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { random } from "../../base/random.js";
import { type Split, splits } from "../splits.js";
import { withSource } from "./download.js";
import { gzip, type ImportSummary, newFolderPlace, tar, writeNewFolder } from "./write.js";

const speechCommandsAddress = "http://download.tensorflow.org/data/speech_commands_v0.02.tar.gz";

interface Clip {
  word: string;
  /** `word/speaker_nohash_0.wav`. */
  path: string;
  speaker: string;
  split?: Split;
}

/** Number of clips in a shard. */
const perShard = 1000;
const fewestWords = 3;

/**
 * Convert Speech Commands (Warden, 2018) to a data folder: `metadata.jsonl.gz`, tar shards and `dataset.json`. `source` is a
 * folder or the URL of an archive, `to` a new folder. The label is the word, the group the speaker.
 *
 * @throws {InputError} `speech-commands/unknown-layout`, `import/…` for a source that cannot be read,
 * `data/folder-not-empty` for `to`.
 * @example const { rows } = await importSpeechCommands("speech_commands_v0.02", "speech-commands");
 */
export async function importSpeechCommands(
  source: string,
  to: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<ImportSummary> {
  newFolderPlace(to);
  return withSource(source, signal, async (folder) => {
    const clips = readClips(folder, source);
    const lines: string[] = [];
    let files = 0;
    const output = function* (): Generator<[string, Uint8Array | string]> {
      for (let from = 0; from < clips.length; from += perShard) {
        signal?.throwIfAborted();
        const some = clips.slice(from, from + perShard);
        const shard = `audio-${String(from / perShard).padStart(3, "0")}.tar`;
        for (const { word, path, speaker, split } of some)
          lines.push(
            JSON.stringify({
              id: path,
              label: word,
              split,
              group: speaker,
              audio_file_name: `${shard}/${path}`,
            }),
          );
        files++;
        yield [shard, tar(some.map(({ path }) => [path, readFileSync(join(folder, path))] as const))];
      }
      const card = {
        name: "speech-commands",
        licence: "CC BY 4.0",
        modalities: { audio: { kind: "audio" } },
      };
      yield ["dataset.json", `${JSON.stringify(card, null, 2)}\n`];
      yield ["metadata.jsonl.gz", gzip(`${lines.join("\n")}\n`)];
    };
    await writeNewFolder(to, output());
    const words = (split: Split) =>
      new Set(clips.filter((clip) => clip.split === split).map(({ word }) => word)).size;
    return {
      rows: clips.length,
      units: Object.fromEntries(splits.map((split) => [split, words(split)])),
      unusedRows: clips.filter(({ split }) => !split).length,
      files: files + 2,
    };
  });
}

/** All clips except background noise, in name order. */
function readClips(folder: string, source: string): Clip[] {
  const listed = (file: string) =>
    existsSync(join(folder, file))
      ? readFileSync(join(folder, file), "utf8").split(/\s+/).filter(Boolean)
      : undefined;
  const [validation, testing] = [listed("validation_list.txt"), listed("testing_list.txt")];
  if (!validation || !testing)
    throw unknownLayout(source, "validation_list.txt or testing_list.txt is missing");
  const words = readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() && !/^[_.]/.test(entry.name) ? [entry.name] : []))
    .sort();
  if (words.length < fewestWords) throw unknownLayout(source, `there are ${words.length} folders of words`);
  const wordSplit = splitWords(words);
  const speakerSplit = new Map<string, Split>([
    ...validation.map((path) => [path, "val"] as const),
    ...testing.map((path) => [path, "test"] as const),
  ]);
  const clips = words.flatMap((word) =>
    readdirSync(join(folder, word))
      .sort()
      .flatMap((file): Clip[] => {
        const [, speaker] = /^([^_]+)_nohash_\d+\.wav$/.exec(file) ?? [];
        if (!speaker) return [];
        const path = `${word}/${file}`;
        const split = wordSplit.get(word)!;
        return [{ word, path, speaker, ...((speakerSplit.get(path) ?? "train") === split && { split }) }];
      }),
  );
  if (clips.length === 0) throw unknownLayout(source, "no file is named as speaker_nohash_0.wav");
  return clips;
}

/** Split words 70/15/15 by seed 0, with at least one in each split. */
function splitWords(words: readonly string[]): Map<string, Split> {
  const held = Math.max(1, Math.round(0.15 * words.length));
  const order = random(0, "speech-commands").shuffle(words);
  return new Map(order.map((word, i) => [word, i < held ? "test" : i < 2 * held ? "val" : "train"]));
}

const unknownLayout = (where: string, problem: string) =>
  new InputError({
    code: "speech-commands/unknown-layout",
    where,
    problem,
    expected: "folders of words with speaker_nohash_0.wav, validation_list.txt and testing_list.txt",
    remedy: `Unpack ${speechCommandsAddress} and give its folder, or give the URL.`,
  });

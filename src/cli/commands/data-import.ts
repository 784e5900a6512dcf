/** `metamodal data import …`: make a data folder of a set that is laid out in a way of its own. */

import type { ImportSummary } from "../../index.js";
import type { Command } from "../command.js";
import type { CommandName } from "../options.js";
import { print, printJson } from "../output.js";
import { counted, grouped, lines, quoted } from "../text.js";

type Importer = (source: string, to: string, options: { signal: AbortSignal }) => Promise<ImportSummary>;

interface Described {
  name: Extract<CommandName, `data import ${string}`>;
  summary: string;
  examples: readonly string[];
  /** What is split: classes, or groups where these are tasks. */
  units: string;
  load: (data: typeof import("../../data/index.js")) => Importer;
}

const importCommand = ({ name, summary, examples, units, load }: Described): Command => ({
  name,
  args: ["SOURCE"],
  summary,
  examples,

  async run({ args: [source], values, signal }) {
    const importer = load(await import("../../data/index.js"));
    const out = values.out!;
    const found = await importer(source, out, { signal });
    if (values.json) return printJson({ data: out, ...found });
    const counts = Object.entries(found.units).map(([split, count]) => `${split} ${grouped(count)}`);
    const unused = found.unusedRows > 0 ? `, ${counted(found.unusedRows, "row")} of no split` : "";
    print(
      lines([
        `data  ${out}: ${counted(found.rows, "row")}, ${units}: ${counts.join(", ")}${unused}`,
        `next  metamodal train ${quoted(out)}`,
      ]),
    );
  },
});

export const dataImportSpeechCommands = importCommand({
  name: "data import speech-commands",
  summary: "Make a data folder of Speech Commands, unpacked or at its address.",
  examples: [
    "metamodal data import speech-commands downloads/speech_commands --out speech",
    "metamodal data import speech-commands http://download.tensorflow.org/data/speech_commands_v0.02.tar.gz --out speech",
  ],
  units: "words",
  load: ({ importSpeechCommands }) => importSpeechCommands,
});

export const dataImportMovieLens = importCommand({
  name: "data import movielens",
  summary: "Make a data folder of MovieLens, unpacked or at its address: each user is a task.",
  examples: [
    "metamodal data import movielens downloads/ml-latest-small --out films",
    "metamodal data import movielens https://files.grouplens.org/datasets/movielens/ml-latest-small.zip --out films",
  ],
  units: "users",
  load: ({ importMovieLens }) => importMovieLens,
});

/** The data sets of the accuracy benchmark; to add one, add a file and a row. */

import type { BenchmarkDataSet } from "../types.js";
import { arabicSpeechCommands } from "./arabic-speech-commands.js";
import { clinc150 } from "./clinc150.js";
import { emoji } from "./emoji.js";
import { icons } from "./icons.js";
import { leaf100 } from "./leaf100.js";
import { noises } from "./noises.js";
import { photos } from "./photos.js";
import { pmlbTasks } from "./pmlb-tasks.js";

export const dataSets: readonly BenchmarkDataSet[] = [
  arabicSpeechCommands,
  emoji,
  icons,
  clinc150,
  leaf100,
  pmlbTasks,
  photos,
  noises,
];

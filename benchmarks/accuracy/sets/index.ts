/** The data sets of the accuracy lane; a new one is a file and a row. */

import type { AccuracySet } from "../types.js";
import { arabicSpeechCommands } from "./arabic-speech-commands.js";
import { clinc150 } from "./clinc150.js";
import { emoji } from "./emoji.js";
import { icons } from "./icons.js";
import { leaf100 } from "./leaf100.js";
import { pmlbTasks } from "./pmlb-tasks.js";

export const sets: readonly AccuracySet[] = [
  arabicSpeechCommands,
  emoji,
  icons,
  clinc150,
  leaf100,
  pmlbTasks,
];

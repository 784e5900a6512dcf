/** `metamodal data import speech-commands`: make a data folder of spoken words. */

import { importCommand } from "../import-command.js";

export const dataImportSpeechCommands = importCommand({
  name: "data import speech-commands",
  summary: "Make a data folder of Speech Commands, from its unpacked folder or its address.",
  examples: [
    "metamodal data import speech-commands downloads/speech_commands --out speech",
    "metamodal data import speech-commands http://download.tensorflow.org/data/speech_commands_v0.02.tar.gz --out speech",
  ],
  units: "words",
  load: ({ importSpeechCommands }) => importSpeechCommands,
});

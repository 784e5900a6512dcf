/** The commands, in the order help shows them. */

import type { Command } from "../command.js";
import { adapt } from "./adapt.js";
import { compare } from "./compare.js";
import { dataAudit } from "./data-audit.js";
import { dataImportMovieLens } from "./data-import-movielens.js";
import { dataImportOmniglot } from "./data-import-omniglot.js";
import { dataImportSpeechCommands } from "./data-import-speech-commands.js";
import { dataInspect } from "./data-inspect.js";
import { doctor } from "./doctor.js";
import { evaluate } from "./evaluate.js";
import { exportCommand } from "./export.js";
import { methods } from "./methods.js";
import { predict } from "./predict.js";
import { runsCompare } from "./runs-compare.js";
import { runsList } from "./runs-list.js";
import { runsReindex } from "./runs-reindex.js";
import { runsReplay } from "./runs-replay.js";
import { runsRemove } from "./runs-rm.js";
import { runsShow } from "./runs-show.js";
import { runsTensorboard } from "./runs-tensorboard.js";
import { serve } from "./serve.js";
import { teach } from "./teach.js";
import { train } from "./train.js";
import { transfer } from "./transfer.js";

export const commands: readonly Command[] = [
  teach,
  train,
  evaluate,
  compare,
  transfer,
  adapt,
  predict,
  exportCommand,
  runsList,
  runsShow,
  runsReplay,
  runsCompare,
  runsRemove,
  runsReindex,
  runsTensorboard,
  serve,
  dataInspect,
  dataAudit,
  dataImportOmniglot,
  dataImportSpeechCommands,
  dataImportMovieLens,
  methods,
  doctor,
];

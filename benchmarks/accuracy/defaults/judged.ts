/** The open sets that the defaults are judged on, a row each; the wanted figures are those of docs/results, from scratch. */

import type { EvaluateOptions } from "../../../src/index.js";

export interface Judged {
  /** The set's name, as the accuracy lane has it. */
  readonly set: string;
  /** What the set shows once: a text that stands there again, for another encoder, is left out. */
  readonly modalities?: readonly string[];
  /** How it is evaluated. */
  readonly flags: Pick<EvaluateOptions, "way" | "shot" | "across">;
  /** The accuracy of docs/results for the first row, where there is one of the same modalities. */
  readonly known?: number;
}

export const judged: readonly Judged[] = [
  { set: "omniglot", flags: { way: 5, shot: 1 }, known: 0.96 },
  { set: "emoji", modalities: ["image", "tags"], flags: { way: 5, shot: 1, across: "group" }, known: 0.915 },
  { set: "icons", flags: { way: 5, shot: 1 }, known: 0.696 },
  { set: "arabic_speech_commands", flags: { way: 5, shot: 1, across: "group" }, known: 0.847 },
  { set: "clinc150", modalities: ["text"], flags: { way: 5, shot: 1 }, known: 0.798 },
  { set: "leaf100", flags: { way: 20, shot: 1 }, known: 0.958 },
  { set: "pmlb_tasks", flags: { way: 5, shot: 5 }, known: 0.638 },
];

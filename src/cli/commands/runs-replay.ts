/** `metamodal runs replay`: one step of a training run again, with its episodes and what is not finite in it. */

import type { Replay } from "../../runs/replay.js";
import type { ReplayedEpisode } from "../../runs/replay-episode.js";
import type { CommandWith } from "../command.js";
import { text } from "../option.js";
import { print, printJson } from "../output.js";
import { pictureFor } from "../place.js";
import { Progress } from "../progress.js";
import { oneRunAt, stepOf } from "../runs.js";
import { compute, json } from "../shared-options.js";
import { figure, lines, table } from "../text.js";

const options = {
  part: text("NAME", "model in training (default: that with a failure in the step, or the first)"),
  data: text("DATA", "the data of the run (default: where the run read them)"),
  picture: text("FILE", "also draw the step's episodes: a .png or .svg file"),
  ...compute,
  ...json,
};

/** Parameters that are listed. */
const LISTED = 12;

export const runsReplay: CommandWith<typeof options> = {
  name: "runs replay",
  args: ["RUN", "STEP"],
  summary:
    "Replay a step of a training run: its episodes, the loss of each example, gradient norms, and what is not finite.",
  examples: [
    "metamodal runs replay flowers.model 312",
    "metamodal runs replay flowers.model 312 --picture step.svg",
    "metamodal runs replay flowers.model 312 --data copy/flowers --json",
  ],
  options,

  async run({ args: [given, number], values, signal }) {
    const picture = values.picture === undefined ? undefined : pictureFor(values.picture);
    const run = await oneRunAt(given);
    const { replaySource } = await import("../../runs/replay-source.js");
    const source = replaySource({ run, step: stepOf(number), part: values.part });
    const { openRunData } = await import("../run-data.js");
    const { replayStep } = await import("../../runs/replay.js");
    const { runtime, ...opened } = await openRunData(source, values, signal);
    const progress = new Progress();
    const replayed = await replayStep(source, {
      ...opened,
      threads: values.threads,
      device: values.device,
      runtime,
      signal,
      onProgress: (done, total) => progress.count("replaying", done, total, "steps"),
    });
    progress.clear();
    const { replay } = replayed;
    if (picture) {
      const { replayPicture } = await import("../../runs/replay-picture.js");
      await picture.write(await replayPicture(replayed));
    }
    if (values.json) return printJson({ ...replay, ...(picture && { picture: values.picture }) });
    print(lines([...headLines(replay), ...(picture ? [`picture    ${values.picture}`] : [])]));
    for (const [i, episode] of replay.episodes.entries()) printEpisode(episode, i + 1);
    const rows = replay.gradientNorms
      .slice(0, LISTED)
      .map(({ parameter, norm }) => [parameter, figure(norm)]);
    print(`\n${table([{ title: "parameter" }, { title: "gradient norm", right: true }], rows)}`);
    const rest = replay.gradientNorms.length - rows.length;
    if (rest > 0) print(`and ${rest} more; --json has all`);
  },
};

function headLines(replay: Replay): string[] {
  const { run, part, step, start, dataChanged, recorded, loss, gradientNorm, learningRate } = replay;
  const { firstNotFinite: first } = replay;
  const was = recorded ? ` (recorded: ${recorded.loss === null ? "not finite" : figure(recorded.loss)})` : "";
  return [
    `run        ${run}: step ${step} of ${part}`,
    `from       ${start.path ? `${start.path}, after step ${start.step}` : "the initial weights"}`,
    ...(dataChanged ? ["data       have changed since: the step may have other examples"] : []),
    `loss       ${figure(loss)}${was}, gradient norm ${figure(gradientNorm)}, learning rate ${figure(learningRate)}`,
    ...(first ? [`not finite first: ${first.what}, ${first.where}`] : ["every value is finite"]),
  ];
}

function printEpisode({ classes, loss, examples, innerLosses }: ReplayedEpisode, number: number): void {
  print(`\n${lines([`episode ${number}  loss ${figure(loss)}; ${classes.join(", ")}`])}`);
  if (innerLosses.length > 0) {
    const steps = innerLosses.map(
      ({ step, support, query }) => `${step}: ${figure(support)}, ${figure(query)}`,
    );
    print(lines([`inner steps: loss of support, query  ${steps.join("; ")}`]));
  }
  const rows = examples.map((example) => [
    example.role,
    `${example.label}`,
    example.id,
    example.where,
    example.loss === null ? "" : figure(example.loss),
  ]);
  const columns = [{ title: "role" }, { title: "label" }, { title: "id" }, { title: "place" }];
  print(table([...columns, { title: "loss", right: true }], rows));
}

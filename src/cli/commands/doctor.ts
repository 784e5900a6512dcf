/** `metamodal doctor`: what programs would run on here. */

import { availableParallelism } from "node:os";
import type { CommandWith } from "../command.js";
import { print, printJson } from "../output.js";
import { json as options } from "../shared-options.js";
import { table } from "../text.js";

export const doctor: CommandWith<typeof options> = {
  name: "doctor",
  args: [],
  summary: "Print the runtime, its threads, the available devices, and versions.",
  examples: ["metamodal doctor", "metamodal doctor --json"],
  options,

  async run({ values }) {
    const { devices, deviceProblem } = await import("../../engine/index.js");
    const { libraryVersions } = await import("../../model/versions.js");
    const states = [];
    for (const device of devices) states.push({ device, problem: (await deviceProblem(device)) ?? null });
    const versions = { node: process.version, ...libraryVersions() };
    const [platform, threads] = [`${process.platform} ${process.arch}`, availableParallelism()];
    if (values.json) return printJson({ platform, threads, devices: states, versions });
    print(
      table(
        [{ title: "what" }, { title: "here" }],
        [
          ["platform", platform],
          ["threads", `${threads}`],
          ...states.map(({ device, problem }) => [`--device ${device}`, problem ?? "works"]),
          ...Object.entries(versions),
        ],
      ),
    );
  },
};

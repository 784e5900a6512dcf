import { describe, expect, it } from "vitest";
import { parseOptions, UsageError } from "./options.js";

describe("the options", () => {
  const parse = (...args: string[]) => parseOptions(args, ["W1", "W6s1", "W6s5", "W12"], 2);

  it("have defaults; a run of all workloads is saved", () => {
    expect(parse()).toMatchObject({ only: [], rounds: 3, threads: 2, peers: "all", json: false, save: true });
    expect(parse("--only", "W6,W1", "--json")).toMatchObject({ only: ["W6", "W1"], json: true, save: false });
    expect(parse("--only", "W12")).toMatchObject({ only: ["W12"] });
    expect(parse("--help")).toBeUndefined();
  });

  it.each([
    ["--only", "W7"],
    ["--rounds", "0"],
    ["--budget", "-1"],
    ["--peers", "good"],
    ["--what"],
    ["W1"],
  ])("reject %s %s", (...args) => {
    expect(() => parse(...args.filter(Boolean))).toThrow(UsageError);
  });
});

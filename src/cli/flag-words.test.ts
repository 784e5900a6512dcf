import { expect, it } from "vitest";
import { withFlags } from "./flag-words.js";

it.each([
  ["Lower the option `way: 5` or the option `shot`.", "Lower --way 5 or --shot."],
  ['Give the option `label: "species"`.', "Give --label species."],
  ['Give the option `label: ["a", "b c"]`.', 'Give --label a,"b c".'],
  ["give the option `label: COLUMN`", "give --label COLUMN"],
  ['give the option `task: "regression"`', "give --regression"],
  ["add the option `closed: true`", "add --closed"],
  ["Leave out the option `queryModalities`.", "Leave out --query-modalities."],
  ["Read `label` as an option.", "Read `label` as an option."],
])("%s", (message, expected) => {
  expect(withFlags(message)).toBe(expected);
});

/** No two arrays of an export have the same name. */

import { expect, it } from "vitest";
import { namesOf } from "./names.js";

it.each([
  [["写真", "音声"]],
  [["a", "a_present"]],
  [["a_present", "a"]],
  [["a-b", "a_b", "a b"]],
  [["a", "features_a", "weights_a", "query_a", "support_a_present"]],
  [["labels", "mask", "label_text", "probabilities", "certainty", "unknown", "values"]],
])("of modalities %j", (modalities) => {
  const names = Object.values(namesOf({ modalities })).flatMap((own) => Object.values(own));
  expect(names).toHaveLength(7 * modalities.length);
  const others = ["support_labels", "support_mask", "support_label_text", "support_label_text_present"];
  const all = [...names, ...others, "probabilities", "certainty", "unknown", "values"];
  expect(new Set(all).size).toBe(all.length);
  for (const name of names) expect(name).toMatch(/^\w+$/);
});

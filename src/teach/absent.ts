/** Notices of built-in encoders that are left out because the package lacks their files. */

import type { DeclaredModality, Notice } from "../data/index.js";
import { absentFiles } from "../modality/builtin/index.js";
import type { PretrainedSpecs } from "./pretrained.js";

/** One notice per file that the built-in encoders of `kinds` need and that is absent. */
export function absenceNotices(
  kinds: Readonly<Record<string, DeclaredModality>>,
  pretrained: PretrainedSpecs,
): Notice[] {
  const embedded = Object.keys(kinds).filter((name) => !Object.hasOwn(pretrained, name));
  const names = [...new Set(embedded.map((name) => kinds[name].kind))];
  return absentFiles(names).map(({ file, consequence }) => ({
    code: "teach/encoder-absent",
    where: `encoders/${file}`,
    text: `the file is not in this installation; ${consequence}`,
  }));
}

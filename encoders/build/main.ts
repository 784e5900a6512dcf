/** `npm run encoders [-- NAME …]` builds the files in `encoders`, of all sources or of some, and writes `manifest.json`. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { entriesOf, updateManifest } from "./manifest.js";
import { folderOf } from "./packages.js";
import { sources } from "./sources.js";

const OUT = "encoders";

const names = process.argv.slice(2);
const unknown = names.filter((name) => !sources.some((source) => source.name === name));
if (unknown.length > 0)
  throw new Error(
    `there is no encoder ${unknown.join(", ")}; expected some of ${sources.map(({ name }) => name)}`,
  );
for (const source of sources.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const folder = source.package ? folderOf(source.package) : "";
  if (folder === undefined)
    throw new Error(`${source.package?.name}@${source.package?.version} is not installed: run npm ci`);
  const files = await source.build(folder);
  for (const [file, bytes] of Object.entries(files)) {
    writeFileSync(join(OUT, file), bytes);
    console.log(`${join(OUT, file)}: ${bytes.length} bytes`);
  }
  updateManifest(OUT, entriesOf(source, files));
}

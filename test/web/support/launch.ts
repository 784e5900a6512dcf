/** How Chromium is launched: Debian's, or the one that METAMODAL_CHROMIUM names. */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** The path of a browser; undefined if there is none. */
export const browserPath: string | undefined =
  process.env.METAMODAL_CHROMIUM ??
  names
    .flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)))
    .find((path) => existsSync(path));

const args = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Memory is measured at once, not with the next collection of garbage.
  "--enable-blink-features=ForceEagerMeasureMemory",
];

/** Options of a launch, without window. */
export const browserOptions = { executablePath: browserPath, chromiumSandbox: false, args };

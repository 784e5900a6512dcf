/** The other half of engine-primitives.test.ts, so that the two run side by side. */

import { holdToJax } from "./support/primitives/index.js";
import { linear } from "./support/primitives/linear.js";
import { shaping } from "./support/primitives/shaping.js";

holdToJax(linear);
holdToJax(shaping);

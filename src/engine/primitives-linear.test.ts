/** The other half of engine-primitives.test.ts, so that the two run side by side. */

import { holdToJax } from "../../test/support/primitives/index.js";
import { linear } from "../../test/support/primitives/linear.js";
import { shaping } from "../../test/support/primitives/shaping.js";

holdToJax(linear);
holdToJax(shaping);

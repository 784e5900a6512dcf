/** The linear primitives of primitives.test.ts, in a file of their own so that both run at the same time. */

import { holdToJax } from "../../test/support/primitives/index.js";
import { linear } from "../../test/support/primitives/linear.js";
import { shaping } from "../../test/support/primitives/shaping.js";

holdToJax(linear);
holdToJax(shaping);

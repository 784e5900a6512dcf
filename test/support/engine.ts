/** One engine per test worker, so that tests share its compiled programs. */

import { Engine } from "../../src/engine/index.js";

export const engine = new Engine({ threads: 2 });

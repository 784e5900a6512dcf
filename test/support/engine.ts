/** The engine that the tests of a worker share, and so what it has compiled. */

import { Engine } from "../../src/engine/index.js";

export const engine = new Engine({ threads: 2 });

/** A server that is killed while it writes keeps what it has confirmed. */

import { it } from "vitest";
import { killWrites } from "./support/serve-kills.js";

it("10 kills", () => killWrites(10, 1));

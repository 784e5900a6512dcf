/** A server that is killed while it writes keeps what it has confirmed. */

import { it } from "vitest";
import { killWrites } from "./support/serve-kills.js";

it("50 kills", () => killWrites(50, 2), 1_200_000);

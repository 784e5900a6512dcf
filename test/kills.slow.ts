/** Trainings that are killed at many moments end with the same bytes once resumed. */

import { it } from "vitest";
import { killAndResume } from "./support/kills.js";

it("200 kills", () => killAndResume(200, 2), 1_800_000);

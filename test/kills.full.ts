/** Trainings that are killed end with the same bytes once resumed. */

import { it } from "vitest";
import { killAndResume } from "./support/kills.js";

it("10 kills", () => killAndResume(10, 1));

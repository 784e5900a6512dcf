import { laneConfig } from "./vitest.config.js";

export default laneConfig("slow");

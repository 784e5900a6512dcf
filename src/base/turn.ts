/** Lets others run. */

export { setImmediate as nextTurn } from "node:timers/promises";

/** Lets others run. */

import { setImmediate as turn } from "node:timers/promises";

/** Resolves after the events that wait. */
export const nextTurn = (): Promise<void> => turn();
